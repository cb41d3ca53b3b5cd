#include "protocol/codec/scalar.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "protocol/codec/base64.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Shape;
using model::TimestampFormat;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class T>
bool parse_integer(std::string_view text, void* value) {
  text = trim(text);
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  *static_cast<T*>(value) = number;
  return true;
}

std::optional<double> parse_double(std::string_view text) {
  text = trim(text);
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

bool parse_boolean(std::string_view text, void* value) {
  text = trim(text);
  const bool is_true = equals_ignoring_case(text, "true");
  if (!is_true && !equals_ignoring_case(text, "false")) return false;
  *static_cast<bool*>(value) = is_true;
  return true;
}

}  // namespace

bool is_scalar(const Shape& shape) {
  return shape.kind <= Kind::kTimestamp;
}

TimestampFormat timestamp_format(TimestampFormat member, const Shape& shape,
                                 TimestampFormat place_default) {
  if (member != TimestampFormat::kDefault) return member;
  if (shape.timestamp_format != TimestampFormat::kDefault) return shape.timestamp_format;
  return place_default;
}

bool parse_scalar(const Shape& shape, TimestampFormat format, std::string_view text, void* value) {
  switch (shape.kind) {
    case Kind::kBoolean:
      return parse_boolean(text, value);
    case Kind::kInteger:
      return parse_integer<std::int32_t>(text, value);
    case Kind::kLong:
      return parse_integer<std::int64_t>(text, value);
    case Kind::kFloat:
    case Kind::kDouble: {
      const auto number = parse_double(text);
      if (number) *static_cast<double*>(value) = *number;
      return number.has_value();
    }
    case Kind::kString:
      static_cast<std::string*>(value)->assign(text);
      return true;
    case Kind::kBlob: {
      auto bytes = base64_decode(trim(text));
      if (bytes) *static_cast<std::string*>(value) = std::move(*bytes);
      return bytes.has_value();
    }
    case Kind::kTimestamp: {
      text = trim(text);
      auto time = parse_timestamp(text, format);
      // Clients send another of the three forms now and then; AWS reads them all.
      if (!time) time = parse_timestamp(text, TimestampFormat::kDefault);
      if (time) *static_cast<model::Timestamp*>(value) = *time;
      return time.has_value();
    }
    default:
      return false;
  }
}

void append_double(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

void append_scalar(const Shape& shape, TimestampFormat format, bool millis, const void* value,
                   std::string& out) {
  switch (shape.kind) {
    case Kind::kBoolean:
      out += *static_cast<const bool*>(value) ? "true" : "false";
      return;
    case Kind::kInteger:
      fmt::format_to(std::back_inserter(out), "{}", *static_cast<const std::int32_t*>(value));
      return;
    case Kind::kLong:
      fmt::format_to(std::back_inserter(out), "{}", *static_cast<const std::int64_t*>(value));
      return;
    case Kind::kFloat:
    case Kind::kDouble:
      append_double(*static_cast<const double*>(value), out);
      return;
    case Kind::kString:
      out += *static_cast<const std::string*>(value);
      return;
    case Kind::kBlob:
      out += base64_encode(*static_cast<const std::string*>(value));
      return;
    case Kind::kTimestamp: {
      const auto time = *static_cast<const model::Timestamp*>(value);
      if (format == TimestampFormat::kRfc822) {
        append_rfc822(time, out);
      } else if (format == TimestampFormat::kUnix) {
        append_epoch(time, out);
      } else {
        append_iso8601(time, millis, out);
      }
      return;
    }
    default:
      return;
  }
}

}  // namespace cumulite::codec
