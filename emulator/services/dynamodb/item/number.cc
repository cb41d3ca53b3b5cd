#include "emulator/services/dynamodb/item/number.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "emulator/services/dynamodb/errors.h"
#include "protocol/codec/text.h"

namespace cumulite::dynamodb {
namespace {

/// A literal taken apart: digits without the point, and the power of ten of the first of them.
struct Literal {
  bool negative = false;
  std::string digits;  ///< Without leading and trailing zeros.
  std::int64_t exponent = 0;
  std::int64_t written_exponent = 0;  ///< Less the digits after the point.
};

/// Reads "e+12" at the end of a literal. False if it is no 64-bit number, which the service does
/// not take for an exponent.
bool read_exponent(std::string_view text, std::int64_t& exponent) {
  std::size_t i = 0;
  bool negative = false;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
  if (i == text.size()) return false;
  std::int64_t value = 0;
  for (; i < text.size(); ++i) {
    if (!codec::is_digit(text[i])) return false;
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, text[i] - '0', &value)) {
      return false;
    }
  }
  // Far outside of the supported range, and safe to add to.
  value = std::min<std::int64_t>(value, 1'000'000'000);
  exponent = negative ? -value : value;
  return true;
}

std::optional<Literal> read_literal(std::string_view text) {
  Literal out;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) out.negative = text[i++] == '-';
  bool any = false;
  bool point = false;
  std::int64_t scale = 0;  // Digits after the point.
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !point) {
      point = true;
    } else if (codec::is_digit(c)) {
      any = true;
      out.digits += c;
      if (point) ++scale;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  std::int64_t written = 0;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    if (!read_exponent(text.substr(i + 1), written)) return std::nullopt;
  }
  const std::size_t leading = std::min(out.digits.find_first_not_of('0'), out.digits.size());
  const auto whole = static_cast<std::int64_t>(out.digits.size()) - scale;
  out.written_exponent = written - scale;
  out.exponent = written + whole - 1 - static_cast<std::int64_t>(leading);
  out.digits.erase(0, leading);
  while (!out.digits.empty() && out.digits.back() == '0') out.digits.pop_back();
  return out;
}

/// True if the text is a whole number as DynamoDB would print it.
bool is_plain_integer(std::string_view text) {
  if (!text.empty() && text.front() == '-') {
    text.remove_prefix(1);
    if (text == "0") return false;
  }
  if (text.empty() || text.size() > Number::kDigitsMax) return false;
  if (text.front() == '0' && text.size() > 1) return false;
  return std::all_of(text.begin(), text.end(), codec::is_digit);
}

}  // namespace

Result<Number> Number::parse(std::string_view text) {
  if (text.empty()) return errors::not_a_number("");
  auto literal = read_literal(text);
  if (!literal) return errors::not_a_number(text);
  Number out;
  if (literal->digits.empty()) {
    // Zero is held to the range by the exponent that it is written with.
    if (literal->written_exponent > kExponentMax) return errors::number_overflow();
    if (literal->written_exponent < kExponentMin) return errors::number_underflow();
    return out;
  }
  if (literal->exponent > kExponentMax) return errors::number_overflow();
  if (literal->exponent < kExponentMin) return errors::number_underflow();
  if (literal->digits.size() > kDigitsMax) return errors::too_many_digits();
  out.negative_ = literal->negative;
  out.exponent_ = static_cast<std::int16_t>(literal->exponent);
  out.count_ = static_cast<std::uint8_t>(literal->digits.size());
  for (std::size_t i = 0; i < literal->digits.size(); ++i) {
    out.digits_[i] = static_cast<std::uint8_t>(literal->digits[i] - '0');
  }
  return out;
}

Number Number::of_normal(std::string_view text) {
  auto number = parse(text);
  return number.ok() ? *number : Number{};
}

Number Number::of_integer(std::int64_t value) {
  return of_normal(std::to_string(value));
}

std::string Number::text() const {
  if (count_ == 0) return "0";
  std::string out = negative_ ? "-" : "";
  if (exponent_ < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent_ - 1), '0');
  }
  for (int i = 0; i < count_; ++i) {
    out += static_cast<char>('0' + digits_[static_cast<std::size_t>(i)]);
    if (i == exponent_ && i + 1 < count_) out += '.';
  }
  if (exponent_ >= count_) out.append(static_cast<std::size_t>(exponent_ - count_ + 1), '0');
  return out;
}

std::size_t Number::size_bytes() const {
  if (count_ == 0) return 1;
  // A byte, and one for two digits on either side of the point. Measured against the service, which
  // counts neither leading nor trailing zeros, whatever its guide says.
  const int whole = std::clamp(exponent_ + 1, 0, static_cast<int>(count_));
  const int fraction = count_ - whole;
  return static_cast<std::size_t>(1 + (whole + 1) / 2 + (fraction + 1) / 2 + (negative_ ? 1 : 0));
}

void Number::append_ordered(std::string& key) const {
  constexpr unsigned kNegative = 0x7F;
  constexpr unsigned kZero = 0x80;
  constexpr unsigned kPositive = 0x81;
  if (count_ == 0) {
    key += static_cast<char>(kZero);
    return;
  }
  key += static_cast<char>(negative_ ? kNegative : kPositive);
  // A negative number is the positive one with its bits turned round, so that larger is smaller.
  const unsigned flip = negative_ ? 0xFF : 0;
  key += static_cast<char>(static_cast<unsigned>(exponent_ - kExponentMin) ^ flip);
  for (std::size_t i = 0; i < count_; i += 2) {
    const unsigned low = i + 1 < count_ ? digits_[i + 1] : 0;
    key += static_cast<char>((digits_[i] * 10U + low + 1) ^ flip);
  }
  key += static_cast<char>(flip);
}

int Number::compare_magnitude(const Number& a, const Number& b) {
  if (a.count_ == 0 || b.count_ == 0) {
    return (a.count_ != 0 ? 1 : 0) - (b.count_ != 0 ? 1 : 0);
  }
  if (a.exponent_ != b.exponent_) return a.exponent_ < b.exponent_ ? -1 : 1;
  // Digits beyond the count are zero, so the arrays compare as the values do.
  const int order = std::memcmp(a.digits_.data(), b.digits_.data(), a.digits_.size());
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

int Number::compare(const Number& a, const Number& b) {
  if (a.negative_ != b.negative_) return a.negative_ ? -1 : 1;
  const int order = compare_magnitude(a, b);
  return a.negative_ ? -order : order;
}

Result<Number> Number::combine(const Number& a, const Number& b) {
  if (a.count_ == 0) return b;
  if (b.count_ == 0) return a;
  const bool subtracting = a.negative_ != b.negative_;
  const int order = compare_magnitude(a, b);
  if (subtracting && order == 0) return Number{};
  const Number& large = order >= 0 ? a : b;
  const Number& small = order >= 0 ? b : a;
  const int last = std::min(large.exponent_ - large.count_, small.exponent_ - small.count_) + 1;
  const auto width = static_cast<std::size_t>(large.exponent_ - last + 2);
  std::vector<int> sum(width, 0);  // sum[0] is for the carry, then the large one's first digit.
  for (std::size_t i = 0; i < large.count_; ++i) sum[i + 1] = large.digits_[i];
  const auto shift = static_cast<std::size_t>(large.exponent_ - small.exponent_);
  for (std::size_t i = 0; i < small.count_; ++i) {
    sum[i + 1 + shift] += subtracting ? -int{small.digits_[i]} : int{small.digits_[i]};
  }
  for (std::size_t i = width - 1; i > 0; --i) {
    if (sum[i] < 0) {
      sum[i] += 10;
      --sum[i - 1];
    } else if (sum[i] > 9) {
      sum[i] -= 10;
      ++sum[i - 1];
    }
  }
  std::string literal = large.negative_ ? "-" : "";
  for (const int digit : sum) literal += static_cast<char>('0' + digit);
  literal += 'e';
  literal += std::to_string(last);
  auto result = parse(literal);
  // DynamoDB reports a sum that needs more than 38 digits (1e50 + 1) as an overflow.
  if (!result.ok() && literal.size() > kDigitsMax + 2U) {
    if (result.error().message == errors::too_many_digits().message) {
      return errors::number_overflow();
    }
  }
  return result;
}

Result<Number> Number::add(const Number& a, const Number& b) {
  return combine(a, b);
}

Result<Number> Number::subtract(const Number& a, const Number& b) {
  Number opposite = b;
  if (opposite.count_ != 0) opposite.negative_ = !opposite.negative_;
  return combine(a, opposite);
}

std::optional<std::int64_t> Number::integer() const {
  if (count_ == 0) return 0;
  if (exponent_ + 1 < count_ || exponent_ > 17) return std::nullopt;
  std::int64_t value = 0;
  for (int i = 0; i <= exponent_; ++i) {
    value = value * 10 + (i < count_ ? digits_[static_cast<std::size_t>(i)] : 0);
  }
  return negative_ ? -value : value;
}

Result<std::string> normalize_number(std::string_view text) {
  if (is_plain_integer(text)) return std::string(text);
  CUMULITE_ASSIGN(const Number number, Number::parse(text));
  return number.text();
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  return Number::compare(Number::of_normal(a), Number::of_normal(b));
}

std::size_t number_size_bytes(std::string_view normal) {
  return Number::of_normal(normal).size_bytes();
}

}  // namespace cumulite::dynamodb
