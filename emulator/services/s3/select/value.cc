#include "emulator/services/s3/select/value.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace cumulite::s3::select {

namespace {

template <class T>
int order(const T& left, const T& right) {
  if (left < right) return -1;
  return right < left ? 1 : 0;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Shortest digits that read back as the same number; whole numbers have a point only as FLOAT.
std::string decimal_text(double value, bool floating) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::floor(value) == value && std::fabs(value) < kExact) {
    return fmt::format("{:.{}f}", value, floating ? 1 : 0);
  }
  return fmt::format("{}", value);
}

std::optional<int> compare_numbers(const Value& left, const Value& right) {
  if (left.kind == Kind::kInteger && right.kind == Kind::kInteger) {
    return order(left.integer, right.integer);
  }
  return order(left.as_double(), right.as_double());
}

}  // namespace

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Kind::kMissing:
    case Kind::kNull:
      return {};
    case Kind::kBool:
      return value.boolean ? "true" : "false";
    case Kind::kInteger:
      return fmt::to_string(value.integer);
    case Kind::kDecimal:
      return decimal_text(value.decimal, value.floating);
    case Kind::kTimestamp:
      return format_timestamp(value.timestamp);
    case Kind::kText:
    case Kind::kDocument:
      return value.text;
  }
  return {};
}

std::optional<Value> parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.starts_with('+')) return std::nullopt;
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, integer);
      error == std::errc() && at == end) {
    return Value::of(integer);
  }
  double decimal = 0;
  const auto [at, error] = std::from_chars(text.data(), end, decimal);
  if (error != std::errc() || at != end || !std::isfinite(decimal)) return std::nullopt;
  return Value::of(decimal);
}

std::optional<Value> number_of(const Value& value) {
  if (value.is_number()) return value;
  if (value.kind == Kind::kText && value.untyped) return parse_number(value.text);
  return std::nullopt;
}

std::optional<int> compare(const Value& left, const Value& right) {
  if (left.is_absent() || right.is_absent()) return std::nullopt;
  if (left.is_number() || right.is_number()) {
    const auto a = number_of(left);
    const auto b = number_of(right);
    if (!a || !b) return std::nullopt;
    return compare_numbers(*a, *b);
  }
  // A bare column beside TRUE or a time holds their spelling.
  if (left.untyped != right.untyped && left.kind != right.kind) {
    return order(text_of(left), text_of(right));
  }
  if (left.kind != right.kind) return std::nullopt;
  if (left.kind == Kind::kBool) return order(left.boolean, right.boolean);
  if (left.kind == Kind::kTimestamp) return order(left.timestamp.ms, right.timestamp.ms);
  return order(left.text, right.text);
}

}  // namespace cumulite::s3::select
