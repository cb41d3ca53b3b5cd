#include "storage/kv/key_codec.h"

namespace cumulite::storage {
namespace {

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xFF';
constexpr char kPartEnd = '\x01';

template <class Unsigned>
void append_big_endian(std::string& key, Unsigned value) {
  char bytes[sizeof(Unsigned)];
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(Unsigned) - 1 - i)));
  }
  key.append(bytes, sizeof(bytes));
}

template <class Unsigned>
std::optional<Unsigned> take_big_endian(std::string_view& key) {
  if (key.size() < sizeof(Unsigned)) return std::nullopt;
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>((value << 8) | static_cast<unsigned char>(key[i]));
  }
  key.remove_prefix(sizeof(Unsigned));
  return value;
}

// Adding 2^63 maps the smallest signed value to 0 and the greatest to 2^64 - 1.
constexpr std::uint64_t kSignBit = 1ULL << 63;

}  // namespace

void append_part(std::string& key, std::string_view text) {
  key.reserve(key.size() + text.size() + 2);
  // Zero bytes are rare, so whole stretches between them are copied at once.
  for (;;) {
    const std::size_t zero = text.find(kEscape);
    key.append(text.substr(0, zero));
    if (zero == std::string_view::npos) break;
    key.push_back(kEscape);
    key.push_back(kEscapedZero);
    text.remove_prefix(zero + 1);
  }
  key.push_back(kEscape);
  key.push_back(kPartEnd);
}

void append_u64(std::string& key, std::uint64_t value) {
  append_big_endian(key, value);
}

void append_u32(std::string& key, std::uint32_t value) {
  append_big_endian(key, value);
}

void append_i64(std::string& key, std::int64_t value) {
  append_big_endian(key, static_cast<std::uint64_t>(value) ^ kSignBit);
}

void append_u64_descending(std::string& key, std::uint64_t value) {
  append_big_endian(key, ~value);
}

std::optional<std::string> take_part(std::string_view& key) {
  std::string text;
  std::string_view rest = key;
  for (;;) {
    const std::size_t zero = rest.find(kEscape);
    if (zero == std::string_view::npos || zero + 1 >= rest.size()) return std::nullopt;
    text.append(rest.substr(0, zero));
    const char mark = rest[zero + 1];
    rest.remove_prefix(zero + 2);
    if (mark == kPartEnd) {
      key = rest;
      return text;
    }
    if (mark != kEscapedZero) return std::nullopt;
    text.push_back(kEscape);
  }
}

std::optional<std::uint64_t> take_u64(std::string_view& key) {
  return take_big_endian<std::uint64_t>(key);
}

std::optional<std::uint32_t> take_u32(std::string_view& key) {
  return take_big_endian<std::uint32_t>(key);
}

std::optional<std::int64_t> take_i64(std::string_view& key) {
  const auto value = take_big_endian<std::uint64_t>(key);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value ^ kSignBit);
}

std::optional<std::uint64_t> take_u64_descending(std::string_view& key) {
  const auto value = take_big_endian<std::uint64_t>(key);
  if (!value) return std::nullopt;
  return ~*value;
}

std::string prefix_end(std::string_view prefix) {
  std::string end(prefix);
  // A trailing 0xFF has no successor in its place; the byte before it takes the increment.
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace cumulite::storage
