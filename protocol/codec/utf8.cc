#include "protocol/codec/utf8.h"

#include <cstddef>
#include <cstdint>

namespace cumulite::codec {

namespace {

/// What follows a lead byte: how many bytes, and the range of the first of them. The range is what
/// excludes overlong forms, surrogates and what lies beyond U+10FFFF.
struct Lead {
  std::size_t following = 0;
  std::uint8_t first_min = 0x80;
  std::uint8_t first_max = 0xBF;
};

/// `following` 0: no lead byte of a longer form.
Lead lead_of(std::uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    if (byte < 0x80) continue;
    const Lead lead = lead_of(byte);
    if (lead.following == 0 || bytes.size() - at < lead.following) return false;
    const auto first = static_cast<std::uint8_t>(bytes[at]);
    if (first < lead.first_min || first > lead.first_max) return false;
    for (std::size_t i = 1; i < lead.following; ++i) {
      if ((static_cast<std::uint8_t>(bytes[at + i]) & 0xC0) != 0x80) return false;
    }
    at += lead.following;
  }
  return true;
}

}  // namespace cumulite::codec
