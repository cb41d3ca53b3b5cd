#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The alphabet of SQS's row values: fixed little-endian integers and length-prefixed texts. Writer
/// and reader take a row's members alike, so that their order is said once:
///
///     void fields_of(auto& row, auto& task) { row.fields(task.id, task.moved); }
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

  template <class... Members>
  void fields(const Members&... members) {
    (write(members), ...);
  }

  /// How many there are, and what `visit` does to each.
  template <class T, class Visit>
  void each(const std::vector<T>& values, Visit&& visit) {
    u32(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) visit(value);
  }

 private:
  void write(bool value) { u8(value ? 1 : 0); }

  void write(std::int32_t value) { i64(value); }

  void write(std::uint32_t value) { u32(value); }

  void write(std::int64_t value) { i64(value); }

  void write(std::uint64_t value) { u64(value); }

  void write(std::string_view value) { text(value); }

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

  template <class... Members>
  void fields(Members&... members) {
    (read(members), ...);
  }

  template <class T, class Visit>
  void each(std::vector<T>& values, Visit&& visit) {
    values.resize(u32());
    for (T& value : values) visit(value);
  }

 private:
  void read(bool& value) { value = u8() != 0; }

  void read(std::int32_t& value) { value = static_cast<std::int32_t>(i64()); }

  void read(std::uint32_t& value) { value = u32(); }

  void read(std::int64_t& value) { value = i64(); }

  void read(std::uint64_t& value) { value = u64(); }

  void read(std::string& value) { value = text(); }

  void read(std::string_view& value) { value = text(); }

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
