#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>

#include "emulator/core/policy/policy.h"
#include "protocol/codec/text.h"
#include "protocol/codec/timestamp.h"

namespace cumulite {

namespace {

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> date(const std::string& text) {
  if (const auto time = codec::parse_timestamp(text, model::TimestampFormat::kDefault)) {
    return static_cast<double>(time->ms);
  }
  return std::nullopt;
}

/// Address within "10.0.0.0/8", IPv4 or IPv6.
bool in_network(const std::string& network, const std::string& address) {
  const std::size_t slash = network.find('/');
  const std::string base = network.substr(0, slash);
  const int family = base.find(':') == std::string::npos ? AF_INET : AF_INET6;
  std::array<unsigned char, 16> left{};
  std::array<unsigned char, 16> right{};
  if (inet_pton(family, base.c_str(), left.data()) != 1 ||
      inet_pton(family, address.c_str(), right.data()) != 1) {
    return false;
  }
  const int bits_max = family == AF_INET ? 32 : 128;
  int bits = bits_max;
  if (slash != std::string::npos) bits = std::atoi(network.c_str() + slash + 1);
  for (int i = 0; i < std::clamp(bits, 0, bits_max); ++i) {
    const auto byte = static_cast<std::size_t>(i / 8);
    const int mask = 0x80 >> (i % 8);
    if ((left[byte] & mask) != (right[byte] & mask)) return false;
  }
  return true;
}

/// ARNs are compared part by part, so that a wildcard does not cross a colon before the resource.
bool arn_matches(std::string_view pattern, std::string_view arn) {
  for (int part = 0; part < 5; ++part) {
    const std::size_t left = pattern.find(':');
    const std::size_t right = arn.find(':');
    if (left == std::string_view::npos || right == std::string_view::npos) break;
    if (!matches_wildcards(pattern.substr(0, left), arn.substr(0, right))) return false;
    pattern.remove_prefix(left + 1);
    arn.remove_prefix(right + 1);
  }
  return matches_wildcards(pattern, arn);
}

bool compare(std::string_view relation, double actual, double expected) {
  if (relation == "Equals") return actual == expected;
  if (relation == "LessThan") return actual < expected;
  if (relation == "LessThanEquals") return actual <= expected;
  if (relation == "GreaterThan") return actual > expected;
  return actual >= expected;
}

/// One value against one value, by an operator without "Not", prefix and suffix.
bool holds_once(std::string_view base, const std::string& expected, const std::string& actual) {
  if (base == "StringEquals" || base == "BinaryEquals") return expected == actual;
  if (base == "StringEqualsIgnoreCase" || base == "Bool")
    return codec::lower(expected) == codec::lower(actual);
  if (base == "StringLike") return matches_wildcards(expected, actual);
  if (base == "ArnEquals" || base == "ArnLike") return arn_matches(expected, actual);
  if (base == "IpAddress") return in_network(expected, actual);
  const bool numeric = base.starts_with("Numeric");
  const auto left = numeric ? number(actual) : date(actual);
  const auto right = numeric ? number(expected) : date(expected);
  if (!left || !right) return false;
  return compare(base.substr(numeric ? 7 : 4), *left, *right);
}

struct Operator {
  std::string base;
  bool negated = false;
  bool if_exists = false;
  bool for_all = false;
  bool for_any = false;
};

Operator parse_operator(std::string_view text) {
  Operator parsed;
  constexpr std::string_view kAll = "ForAllValues:";
  constexpr std::string_view kAny = "ForAnyValue:";
  constexpr std::string_view kIfExists = "IfExists";
  if (text.starts_with(kAll)) {
    parsed.for_all = true;
    text.remove_prefix(kAll.size());
  } else if (text.starts_with(kAny)) {
    parsed.for_any = true;
    text.remove_prefix(kAny.size());
  }
  if (text.ends_with(kIfExists)) {
    parsed.if_exists = true;
    text.remove_suffix(kIfExists.size());
  }
  parsed.base = text;
  if (const std::size_t at = parsed.base.find("Not"); at != std::string::npos) {
    parsed.negated = true;
    parsed.base.erase(at, 3);
  }
  return parsed;
}

}  // namespace

bool is_condition_operator(std::string_view operation) {
  constexpr std::array<std::string_view, 19> kBases = {
      "StringEquals",
      "StringEqualsIgnoreCase",
      "StringLike",
      "NumericEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEquals",
      "DateEquals",
      "DateLessThan",
      "DateLessThanEquals",
      "DateGreaterThan",
      "DateGreaterThanEquals",
      "Bool",
      "BinaryEquals",
      "IpAddress",
      "ArnEquals",
      "ArnLike",
      "Null",
  };
  const Operator parsed = parse_operator(operation);
  return std::find(kBases.begin(), kBases.end(), parsed.base) != kBases.end();
}

bool condition_holds(const std::string& operation, const std::vector<std::string>& expected,
                     const std::vector<std::string>& actual) {
  const Operator parsed = parse_operator(operation);
  if (parsed.base == "Null") {
    const bool wants_absent = !expected.empty() && codec::lower(expected.front()) == "true";
    return actual.empty() == wants_absent;
  }
  if (actual.empty())
    return parsed.if_exists || parsed.for_all || (parsed.negated && !parsed.for_any);
  const auto matches = [&](const std::string& value) {
    const bool any = std::any_of(expected.begin(), expected.end(), [&](const std::string& one) {
      return holds_once(parsed.base, one, value);
    });
    return any != parsed.negated;
  };
  if (parsed.for_all) return std::all_of(actual.begin(), actual.end(), matches);
  return std::any_of(actual.begin(), actual.end(), matches);
}

}  // namespace cumulite
