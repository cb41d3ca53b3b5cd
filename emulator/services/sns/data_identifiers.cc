#include "emulator/services/sns/data_identifiers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

namespace cumulite::sns {
namespace {

constexpr std::size_t kLocalPartMax = 64;
constexpr std::size_t kDomainMax = 255;
constexpr std::size_t kCardDigitsMin = 13;
constexpr std::size_t kCardDigitsMax = 19;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// --- e-mail addresses

bool is_local_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view("._%+-!#$&'*/=?^`{|}~").find(c) != std::string_view::npos;
}

/// Labels of letters, digits and inner hyphens, the last of two letters or more.
bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > kDomainMax) return false;
  std::size_t labels = 0;
  std::string_view label;
  while (true) {
    const std::size_t dot = text.find('.');
    label = text.substr(0, dot);
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    ++labels;
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  return labels >= 2 && label.size() >= 2 && std::none_of(label.begin(), label.end(), is_digit);
}

std::vector<Span> find_addresses(std::string_view text) {
  std::vector<Span> found;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < kLocalPartMax && is_local_character(text[begin - 1])) --begin;
    while (begin < at && text[begin] == '.') ++begin;
    std::size_t end = at + 1;
    while (end < text.size() &&
           (is_alphanumeric(text[end]) || text[end] == '.' || text[end] == '-'))
      ++end;
    // A sentence's stop is not the address's.
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    if (begin == at || text[at - 1] == '.') continue;
    if (!is_domain(text.substr(at + 1, end - at - 1))) continue;
    if (!found.empty() && begin < found.back().end) continue;
    found.push_back({begin, end});
  }
  return found;
}

// --- card numbers

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool doubles = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, doubles = !doubles) {
    int value = *digit - '0';
    if (doubles) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 == 0;
}

int leading(std::string_view digits, std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value * 10 + (digits[i] - '0');
  return value;
}

/// American Express, Dankort, Diner's Club, Discover, Electron, JCB, Mastercard, UnionPay, Visa.
bool has_known_issuer(std::string_view digits) {
  const int two = leading(digits, 2);
  const int three = leading(digits, 3);
  const int four = leading(digits, 4);
  const std::size_t size = digits.size();
  if (digits[0] == '4') return size == 13 || size == 16 || size == 19;
  if (two == 34 || two == 37) return size == 15;
  if ((three >= 300 && three <= 305) || two == 36 || two == 38 || two == 39) return size >= 14;
  if (four == 5019) return size == 16;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return size == 16;
  if (four >= 3528 && four <= 3589) return size >= 16;
  return size >= 16 && (four == 6011 || two == 62 || two == 65 || (three >= 644 && three <= 649));
}

/// Digits, with single blanks or hyphens between them.
std::vector<Span> find_cards(std::string_view text) {
  std::vector<Span> found;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::string digits;
    std::size_t end = at;
    std::size_t next = at;
    while (next < text.size()) {
      if (is_digit(text[next])) {
        digits.push_back(text[next]);
        end = ++next;
      } else if ((text[next] == ' ' || text[next] == '-') && next + 1 < text.size() &&
                 is_digit(text[next + 1])) {
        ++next;
      } else {
        break;
      }
    }
    const bool stands_alone = (at == 0 || !is_alphanumeric(text[at - 1])) &&
                              (end == text.size() || !is_alphanumeric(text[end]));
    if (stands_alone && digits.size() >= kCardDigitsMin && digits.size() <= kCardDigitsMax &&
        has_known_issuer(digits) && passes_luhn(digits)) {
      found.push_back({at, end});
    }
    at = end;
  }
  return found;
}

// --- IP addresses

bool is_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const std::string copy(text);
  const int family = text.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  return inet_pton(family, copy.c_str(), bytes.data()) == 1;
}

bool is_address_character(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':';
}

std::vector<Span> find_ip_addresses(std::string_view text) {
  std::vector<Span> found;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_address_character(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_address_character(text[end])) ++end;
    const bool stands_alone = (at == 0 || !is_alphanumeric(text[at - 1])) &&
                              (end == text.size() || !is_alphanumeric(text[end]));
    // What follows an address in a sentence may be of its characters.
    std::size_t last = end;
    while (last > at && (text[last - 1] == '.' || text[last - 1] == ':') &&
           !is_address(text.substr(at, last - at))) {
      --last;
    }
    // "::" alone is the name of a thing more often than an address.
    if (stands_alone && last - at > 2 && is_address(text.substr(at, last - at))) {
      found.push_back({at, last});
    }
    at = end;
  }
  return found;
}

}  // namespace

bool is_found_here(std::string_view identifier) {
  return identifier == "EmailAddress" || identifier == "CreditCardNumber" ||
         identifier == "IpAddress";
}

std::vector<Span> find_data(std::string_view identifier, std::string_view text) {
  if (identifier == "EmailAddress") return find_addresses(text);
  if (identifier == "CreditCardNumber") return find_cards(text);
  if (identifier == "IpAddress") return find_ip_addresses(text);
  return {};
}

}  // namespace cumulite::sns
