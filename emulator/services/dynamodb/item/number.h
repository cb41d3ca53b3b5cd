#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite::dynamodb {

/// A DynamoDB number: up to 38 significant decimal digits, magnitude 1E-130 to 9.99...E+125, exact.
/// In normal form: no leading or trailing zero digits; zero has no digits and no sign.
/// Value = +-d0.d1d2d3... * 10^exponent.
class Number {
 public:
  static constexpr int kDigitsMax = 38;
  static constexpr int kExponentMax = 125;
  static constexpr int kExponentMin = -130;

  Number() = default;

  /// Reads "12", "-0.5", "1e10", "+.5E-3". Errors carry DynamoDB's ValidationException messages
  /// (not a number, overflow, underflow, more than 38 digits).
  static Result<Number> parse(std::string_view text);
  /// The number of a text in normal form, which parse accepted before.
  static Number of_normal(std::string_view text);
  static Number of_integer(std::int64_t value);

  /// Plain decimal notation as DynamoDB returns it: "1200", "-0.05"; never an exponent.
  std::string text() const;
  /// Bytes of DynamoDB's size arithmetic.
  std::size_t size_bytes() const;
  /// Appends bytes whose order is that of the numbers; self-delimiting.
  void append_ordered(std::string& key) const;

  /// Exact; the error is that of an overflow, an underflow, or a result of more than 38 digits.
  static Result<Number> add(const Number& a, const Number& b);
  static Result<Number> subtract(const Number& a, const Number& b);
  static int compare(const Number& a, const Number& b);

  /// Whole number that fits, else nullopt.
  std::optional<std::int64_t> integer() const;

  bool is_zero() const { return count_ == 0; }

  friend bool operator==(const Number& a, const Number& b) { return compare(a, b) == 0; }

 private:
  static int compare_magnitude(const Number& a, const Number& b);
  static Result<Number> combine(const Number& a, const Number& b);

  std::array<std::uint8_t, kDigitsMax> digits_ = {};
  std::int16_t exponent_ = 0;
  std::uint8_t count_ = 0;
  bool negative_ = false;
};

/// The normal text of a number ("007" -> "7"); the common case copies nothing but the text.
Result<std::string> normalize_number(std::string_view text);
/// Compares two numbers in normal form.
int compare_numbers(std::string_view a, std::string_view b);
/// Size arithmetic of a number in normal form.
std::size_t number_size_bytes(std::string_view normal);

}  // namespace cumulite::dynamodb
