#include "protocol/codec/base64.h"

#include <array>
#include <cstdint>

namespace cumulite::codec {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kBad = 0xFF;

using Values = std::array<std::uint8_t, 256>;

constexpr Values make_values(std::string_view alphabet) {
  Values values{};
  values.fill(kBad);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr Values kStandardValues = make_values(kStandard);
constexpr Values kUrlValues = make_values(kUrl);

/// Writes the digits of `bytes` without padding and returns the end.
char* encode_digits(std::string_view bytes, std::string_view alphabet, char* out) {
  const auto byte = [&](std::size_t i) {
    return std::uint32_t{static_cast<std::uint8_t>(bytes[i])};
  };
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    const std::uint32_t group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    *out++ = alphabet[group >> 6 & 63];
    *out++ = alphabet[group & 63];
  }
  const std::size_t left = bytes.size() - at;
  if (left == 0) return out;
  const std::uint32_t group = byte(at) << 16 | (left == 2 ? byte(at + 1) << 8 : 0);
  *out++ = alphabet[group >> 18];
  *out++ = alphabet[group >> 12 & 63];
  if (left == 2) *out++ = alphabet[group >> 6 & 63];
  return out;
}

/// Decodes digits that have no padding any more.
std::optional<std::string> decode_digits(std::string_view digits, const Values& values) {
  const std::size_t tail = digits.size() % 4;
  if (tail == 1) return std::nullopt;
  std::string bytes(digits.size() / 4 * 3 + (tail == 0 ? 0 : tail - 1), '\0');
  const auto value = [&](std::size_t i) {
    return std::uint32_t{values[static_cast<std::uint8_t>(digits[i])]};
  };
  char* out = bytes.data();
  std::uint32_t seen = 0;  // A bad digit is 0xFF: bit 7 of the union of all digits tells.
  std::size_t at = 0;
  for (; at + 4 <= digits.size(); at += 4) {
    const std::uint32_t a = value(at);
    const std::uint32_t b = value(at + 1);
    const std::uint32_t c = value(at + 2);
    const std::uint32_t d = value(at + 3);
    seen |= a | b | c | d;
    const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(group >> 16);
    *out++ = static_cast<char>(group >> 8);
    *out++ = static_cast<char>(group);
  }
  std::uint32_t stray = 0;  // Bits of the last digit that belong to no byte: they must be zero.
  if (tail != 0) {
    const std::uint32_t c = tail == 3 ? value(at + 2) : 0;
    seen |= value(at) | value(at + 1) | c;
    const std::uint32_t group = value(at) << 18 | value(at + 1) << 12 | c << 6;
    *out++ = static_cast<char>(group >> 16);
    if (tail == 3) *out = static_cast<char>(group >> 8);
    stray = tail == 3 ? group & 0xFF : group & 0xFFFF;
  }
  if ((seen & 0x80) != 0 || stray != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  encode_digits(bytes, kStandard, text.data());
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return decode_digits(text, kStandardValues);
}

std::string base64url_encode(std::string_view bytes) {
  std::string text((bytes.size() * 4 + 2) / 3, '\0');
  encode_digits(bytes, kUrl, text.data());
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  return decode_digits(text, kUrlValues);
}

}  // namespace cumulite::codec
