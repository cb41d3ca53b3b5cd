#include "protocol/http/request.h"

#include "protocol/http/hex_digit.h"

namespace cumulite::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_unreserved(char c) {
  const char low = lower(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
         c == '~';
}

/// Cuts the next "name=value" off `rest`; both sides still encoded. An empty piece ("&&") is
/// skipped.
bool next_parameter(std::string_view& rest, std::string_view& name, std::string_view& value) {
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view piece = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (piece.empty()) continue;
    const std::size_t equals = piece.find('=');
    name = piece.substr(0, equals);
    value = equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1);
    return true;
  }
  return false;
}

/// Compares without allocating in the usual case of a name without escapes.
bool name_matches(std::string_view encoded, std::string_view name) {
  if (encoded.find_first_of("%+") == std::string_view::npos) return encoded == name;
  return percent_decode(encoded, true) == name;
}

}  // namespace

bool header_name_equals(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] != right[i] && lower(left[i]) != lower(right[i])) return false;
  }
  return true;
}

std::string_view Request::header(std::string_view name) const {
  for (const Header& line : headers) {
    if (header_name_equals(line.name, name)) return line.value;
  }
  return {};
}

bool Request::has_header(std::string_view name) const {
  for (const Header& line : headers) {
    if (header_name_equals(line.name, name)) return true;
  }
  return false;
}

bool Request::has_query(std::string_view name) const {
  std::string_view rest = query;
  std::string_view key;
  std::string_view value;
  while (next_parameter(rest, key, value)) {
    if (name_matches(key, name)) return true;
  }
  return false;
}

std::string Request::query_value(std::string_view name) const {
  std::string_view rest = query;
  std::string_view key;
  std::string_view value;
  while (next_parameter(rest, key, value)) {
    if (name_matches(key, name)) return percent_decode(value, true);
  }
  return {};
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    out.push_back(c == '+' && plus_is_space ? ' ' : c);
  }
  return out;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string_view rest = query;
  std::string_view key;
  std::string_view value;
  while (next_parameter(rest, key, value)) {
    out.emplace_back(percent_decode(key, true), percent_decode(value, true));
  }
  return out;
}

}  // namespace cumulite::http
