#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

/// The alphabet of SQS's row values: fixed little-endian integers and length-prefixed texts.
namespace cumulite::sqs {

class RecordWriter {
 public:
  explicit RecordWriter(std::string& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }

  void u32(std::uint32_t value) { integer(value); }

  void u64(std::uint64_t value) { integer(value); }

  void i64(std::int64_t value) { integer(static_cast<std::uint64_t>(value)); }

  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    out_.append(value);
  }

 private:
  template <class T>
  void integer(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      out_.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
    }
  }

  std::string& out_;
};

/// Reads what RecordWriter wrote. Throws std::runtime_error on a row that ends too early: such a
/// row is damaged, and the request answers 500.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }

  std::uint32_t u32() { return integer<std::uint32_t>(); }

  std::uint64_t u64() { return integer<std::uint64_t>(); }

  std::int64_t i64() { return static_cast<std::int64_t>(integer<std::uint64_t>()); }

  std::string_view text() { return take(u32()); }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (rest_.size() < size) throw std::runtime_error("a row of SQS is damaged");
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  template <class T>
  T integer() {
    const auto bytes = take(sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i));
    }
    return value;
  }

  std::string_view rest_;
};

}  // namespace cumulite::sqs
