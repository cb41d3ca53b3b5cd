#include "emulator/services/s3/object/header_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

/// An encoded word has 75 characters at most (RFC 2047, 2); this is what "=?UTF-8?Q?" and "?="
/// leave by the reckoning of the mail library whose output the recorded answers show.
constexpr std::size_t kWordBytesMax = 63;

bool is_plain(char32_t c) {
  return (c >= 0x20 && c < 0x7f) || c == '\r' || c == '\n' || c == '\t';
}

/// Code points of UTF-8; nullopt where it is malformed.
std::optional<std::u32string> decode_utf8(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || i + size > text.size()) return std::nullopt;
    char32_t c = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t j = 1; j < size; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if ((next & 0xc0) != 0x80) return std::nullopt;
      c = c << 6 | (next & 0x3fU);
    }
    out += c;
    i += size;
  }
  return out;
}

std::u32string decode_latin1(std::string_view text) {
  std::u32string out;
  for (const char c : text) out += static_cast<unsigned char>(c);
  return out;
}

std::string encode_utf8(std::u32string_view text) {
  std::string out;
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  for (const char32_t c : text) {
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f));
    } else {
      byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f));
      byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f));
    }
  }
  return out;
}

std::string as_quoted_string(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto code = static_cast<unsigned char>(c);
    if (c == ' ') {
      out += '_';
    } else if (code < 0x20 || code >= 0x7f || c == '=' || c == '_' || c == '?') {
      out += fmt::format("={:02X}", code);
    } else {
      out += c;
    }
  }
  return out;
}

std::size_t utf16_units(std::u32string_view text) {
  return text.size() + static_cast<std::size_t>(std::count_if(
                           text.begin(), text.end(), [](char32_t c) { return c >= 0x10000; }));
}

/// Where the first half of the text ends, counted in UTF-16 and never within a pair.
std::size_t middle_of(std::u32string_view text) {
  const std::size_t half = utf16_units(text) / 2;
  std::size_t units = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    units += text[at] >= 0x10000 ? 2 : 1;
    if (units > half) break;
    ++at;
  }
  return at;
}

/// Halves what is too long for one word until it fits.
void append_words(std::u32string_view text, bool base64, std::vector<std::string>& words) {
  const std::string bytes = encode_utf8(text);
  std::string encoded = base64 ? codec::base64_encode(bytes) : as_quoted_string(bytes);
  const std::size_t middle = middle_of(text);
  if (encoded.size() <= kWordBytesMax || text.size() < 2 || middle == 0) {
    words.push_back(fmt::format("=?UTF-8?{}?{}?=", base64 ? 'B' : 'Q', encoded));
    return;
  }
  append_words(text.substr(0, middle), base64, words);
  append_words(text.substr(middle), base64, words);
}

std::optional<std::string> decode_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i] == '_' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto byte = checksum::from_hex(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    out += *byte;
    i += 2;
  }
  return out;
}

/// Takes one encoded word off the text; nullopt if it does not begin with one.
std::optional<std::string> take_word(std::string_view& text) {
  constexpr std::size_t kHead = 10;  // "=?UTF-8?Q?"
  if (codec::lower(text.substr(0, 8)) != "=?utf-8?" || text.size() < kHead + 2) return std::nullopt;
  const std::size_t end = text.find("?=", kHead);
  if (text[9] != '?' || end == std::string_view::npos) return std::nullopt;
  const char kind = text[8];
  const std::string_view encoded = text.substr(kHead, end - kHead);
  text.remove_prefix(end + 2);
  if (kind == 'B' || kind == 'b') return codec::base64_decode(encoded);
  if (kind == 'Q' || kind == 'q') return decode_quoted(encoded);
  return std::nullopt;
}

}  // namespace

std::string metadata_value(std::string_view sent) {
  std::string out;
  for (std::string_view rest = sent; !rest.empty();) {
    const auto word = take_word(rest);
    if (!word) return std::string(sent);
    out += *word;
    // White space between two encoded words is not part of the text.
    while (rest.starts_with(' ')) rest.remove_prefix(1);
  }
  return out;
}

std::string latin1_header(std::string_view value) {
  const auto decoded = decode_utf8(value);
  if (!decoded) return std::string(value);
  std::string out;
  for (const char32_t c : *decoded) out += c > 0xff ? ' ' : static_cast<char>(c);
  return out;
}

std::string metadata_header(std::string_view value) {
  const auto plain_byte = [](char c) { return is_plain(static_cast<unsigned char>(c)); };
  if (std::all_of(value.begin(), value.end(), plain_byte)) return std::string(value);
  const auto decoded = decode_utf8(value);
  const std::u32string text = decoded ? *decoded : decode_latin1(value);
  const auto plain = std::count_if(text.begin(), text.end(), is_plain);
  std::vector<std::string> words;
  append_words(text, plain <= static_cast<std::ptrdiff_t>(text.size()) - plain, words);
  return fmt::format("{}", fmt::join(words, " "));
}

bool fits_latin1(std::string_view value) {
  const auto decoded = decode_utf8(value);
  return !decoded ||
         std::all_of(decoded->begin(), decoded->end(), [](char32_t c) { return c <= 0xff; });
}

}  // namespace cumulite::s3
