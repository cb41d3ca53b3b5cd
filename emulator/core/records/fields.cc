#include "emulator/core/records/fields.h"

#include <utility>

#include "storage/kv/store.h"

namespace cumulite {

namespace {

[[noreturn]] void throw_corrupt() {
  throw storage::StorageError("a row is corrupt");
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  throw_corrupt();
}

}  // namespace

void FieldWriter::length(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>((value & 0x7F) | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
}

void FieldWriter::present(std::uint8_t tag, std::string_view value) {
  bytes_.push_back(static_cast<char>(tag));
  length(value.size());
  bytes_.append(value);
}

void FieldWriter::text(std::uint8_t tag, std::string_view value) {
  if (!value.empty()) present(tag, value);
}

void FieldWriter::number(std::uint8_t tag, std::uint64_t value) {
  if (value == 0) return;
  char bytes[8];
  std::size_t size = 0;
  for (; value != 0; value >>= 8) bytes[size++] = static_cast<char>(value & 0xFF);
  present(tag, {bytes, size});
}

void FieldWriter::pair(std::uint8_t tag, std::string_view first, std::string_view second) {
  FieldWriter inner;
  inner.length(first.size());
  inner.bytes_.append(first);
  inner.bytes_.append(second);
  present(tag, inner.bytes_);
}

bool FieldReader::next() {
  if (rest_.empty()) return false;
  tag_ = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  const std::uint64_t size = take_varint(rest_);
  if (size > rest_.size()) throw_corrupt();
  value_ = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

std::uint64_t FieldReader::number() const {
  if (value_.size() > 8) throw_corrupt();
  std::uint64_t value = 0;
  for (std::size_t i = value_.size(); i-- > 0;) {
    value = (value << 8) | static_cast<unsigned char>(value_[i]);
  }
  return value;
}

std::pair<std::string, std::string> FieldReader::pair() const {
  std::string_view bytes = value_;
  const std::uint64_t size = take_varint(bytes);
  if (size > bytes.size()) throw_corrupt();
  return {std::string(bytes.substr(0, size)), std::string(bytes.substr(size))};
}

}  // namespace cumulite
