#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/s3/select/timestamp.h"

namespace cumulite::s3::select {

enum class Kind : std::uint8_t {
  kMissing,  ///< There is no such column or path.
  kNull,
  kBool,
  kInteger,
  kDecimal,
  kText,
  kTimestamp,
  kDocument,  ///< A JSON object or array, as compact JSON text.
};

/// A value of S3 Select's SQL. Text from a CSV column is `untyped`: beside a number it is read as a
/// number.
struct Value {
  Kind kind = Kind::kMissing;
  bool boolean = false;
  bool untyped = false;
  bool floating = false;  ///< A decimal that CAST made a FLOAT: whole ones are written as "3.0".
  std::int64_t integer = 0;
  double decimal = 0;
  Timestamp timestamp = {};
  std::string text = {};

  static Value missing() { return {}; }

  static Value null() { return {.kind = Kind::kNull}; }

  static Value of(bool value) { return {.kind = Kind::kBool, .boolean = value}; }

  static Value of(std::int64_t value) { return {.kind = Kind::kInteger, .integer = value}; }

  static Value of(double value) { return {.kind = Kind::kDecimal, .decimal = value}; }

  static Value of(const Timestamp& value) { return {.kind = Kind::kTimestamp, .timestamp = value}; }

  static Value of(std::string value) { return {.kind = Kind::kText, .text = std::move(value)}; }

  static Value untyped_text(std::string value) {
    return {.kind = Kind::kText, .untyped = true, .text = std::move(value)};
  }

  static Value document(std::string json) {
    return {.kind = Kind::kDocument, .text = std::move(json)};
  }

  bool is_absent() const { return kind == Kind::kMissing || kind == Kind::kNull; }

  bool is_number() const { return kind == Kind::kInteger || kind == Kind::kDecimal; }

  bool is_true() const { return kind == Kind::kBool && boolean; }

  /// Of a number.
  double as_double() const {
    return kind == Kind::kInteger ? static_cast<double>(integer) : decimal;
  }
};

/// How a value is written into CSV, and as the text that CAST makes of it.
std::string text_of(const Value& value);

/// The number that a whole text spells, spaces around it aside.
std::optional<Value> parse_number(std::string_view text);

/// The value as a number: itself, or what an untyped text spells.
std::optional<Value> number_of(const Value& value);

/// Negative, zero or positive; nullopt for values that do not compare (of different types, absent).
std::optional<int> compare(const Value& left, const Value& right);

}  // namespace cumulite::s3::select
