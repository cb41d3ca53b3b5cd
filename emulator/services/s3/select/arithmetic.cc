#include "emulator/services/s3/select/arithmetic.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "emulator/services/s3/select/errors.h"

namespace cumulite::s3::select {

namespace {

Error overflow() {
  return refusal("IntegerOverflow",
                 "An integer overflow or underflow occurred in the SQL expression.");
}

Error wrong_type() {
  return refusal(
      "IncorrectSqlFunctionArgumentType",
      "An incorrect argument type was specified in a function call in the SQL expression.");
}

Error cast_failed() {
  return refusal("CastFailed",
                 "An attempt to convert from one data type to another using CAST failed in the SQL "
                 "expression.");
}

Result<Value> calculate_integers(Operator op, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflows = false;
  switch (op) {
    case Operator::kAdd:
      overflows = __builtin_add_overflow(left, right, &result);
      break;
    case Operator::kSubtract:
      overflows = __builtin_sub_overflow(left, right, &result);
      break;
    case Operator::kMultiply:
      overflows = __builtin_mul_overflow(left, right, &result);
      break;
    default:
      if (right == 0) {
        return refusal("IllegalSqlFunctionArgument", "The divisor is zero.");
      }
      overflows = right == -1 && left == std::numeric_limits<std::int64_t>::min();
      if (!overflows) result = op == Operator::kDivide ? left / right : left % right;
  }
  if (overflows) return overflow();
  return Value::of(result);
}

Value calculate_decimals(Operator op, double left, double right) {
  switch (op) {
    case Operator::kAdd:
      return Value::of(left + right);
    case Operator::kSubtract:
      return Value::of(left - right);
    case Operator::kMultiply:
      return Value::of(left * right);
    case Operator::kDivide:
      return Value::of(left / right);
    default:
      return Value::of(std::fmod(left, right));
  }
}

Result<Value> to_integer(const Value& value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  Value number = value;
  if (value.kind == Kind::kBool) return Value::of(static_cast<std::int64_t>(value.boolean));
  if (value.kind == Kind::kText) {
    auto parsed = parse_number(value.text);
    if (!parsed) return cast_failed();
    number = std::move(*parsed);
  }
  if (number.kind == Kind::kInteger) return number;
  if (number.kind != Kind::kDecimal || !(std::fabs(number.decimal) < kLimit)) return cast_failed();
  return Value::of(static_cast<std::int64_t>(number.decimal));
}

Result<Value> to_number(const Value& value) {
  if (value.is_number()) return Value::of(value.as_double());
  if (value.kind == Kind::kBool) return Value::of(value.boolean ? 1.0 : 0.0);
  const auto number = value.kind == Kind::kText ? parse_number(value.text) : std::nullopt;
  if (!number) return cast_failed();
  return Value::of(number->as_double());
}

Result<Value> to_float(const Value& value) {
  CUMULITE_ASSIGN(Value number, to_number(value));
  number.floating = true;
  return number;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

Result<Value> to_bool(const Value& value) {
  if (value.kind == Kind::kBool) return value;
  if (value.is_number()) return Value::of(value.as_double() != 0);
  const std::string text = value.kind == Kind::kText ? lower_case(value.text) : std::string();
  if (text == "true") return Value::of(true);
  if (text == "false") return Value::of(false);
  return cast_failed();
}

Result<Value> to_timestamp(const Value& value) {
  if (value.kind == Kind::kTimestamp) return value;
  const auto parsed = value.kind == Kind::kText ? parse_timestamp(value.text) : std::nullopt;
  if (!parsed) return cast_failed();
  return Value::of(*parsed);
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); });
}

/// Characters [first, first + count) of the text, counted from zero.
std::string cut(std::string_view text, std::int64_t first, std::int64_t count) {
  std::string out;
  std::int64_t at = -1;
  for (const char c : text) {
    if (!is_continuation(c)) ++at;
    if (at >= first + count) break;
    if (at >= first) out.push_back(c);
  }
  return out;
}

Result<Value> substring(const std::vector<Value>& arguments) {
  const auto start = number_of(arguments[1]);
  if (arguments[0].kind != Kind::kText || !start || start->kind != Kind::kInteger) {
    return wrong_type();
  }
  // Characters are counted from one; what lies before the first takes from the length.
  std::int64_t first = start->integer - 1;
  std::int64_t count = std::numeric_limits<std::int32_t>::max();
  if (arguments.size() == 3) {
    const auto length = number_of(arguments[2]);
    if (!length || length->kind != Kind::kInteger) return wrong_type();
    if (length->integer < 0) {
      return refusal("EvaluatorInvalidArguments", "The length of SUBSTRING must not be negative.");
    }
    count = length->integer;
  }
  if (first < 0) {
    count = std::max<std::int64_t>(0, count + first);
    first = 0;
  }
  return Value::of(cut(arguments[0].text, first, count));
}

Result<Value> trim(Function function, const std::vector<Value>& arguments) {
  std::string_view text = arguments[0].text;
  const std::string_view cutset = arguments.size() > 1 ? arguments[1].text : std::string_view(" ");
  if (function != Function::kTrimTrailing) {
    text.remove_prefix(std::min(text.find_first_not_of(cutset), text.size()));
  }
  if (function != Function::kTrimLeading) {
    const std::size_t last = text.find_last_not_of(cutset);
    text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  }
  return Value::of(std::string(text));
}

/// A timestamp, also as the text of one.
Result<Timestamp> timestamp_of(const Value& value) {
  if (value.kind == Kind::kTimestamp) return value.timestamp;
  if (value.kind != Kind::kText) return wrong_type();
  const auto parsed = parse_timestamp(value.text);
  if (!parsed) {
    return refusal("ValueParseFailure",
                   "A timestamp parse failure occurred in the SQL expression.");
  }
  return *parsed;
}

Result<Value> call_date(const Expression& expression, const std::vector<Value>& arguments) {
  switch (expression.function) {
    case Function::kDateAdd: {
      const auto count = number_of(arguments[0]);
      if (!count || count->kind != Kind::kInteger) return wrong_type();
      CUMULITE_ASSIGN(const Timestamp timestamp, timestamp_of(arguments[1]));
      return Value::of(add_to(timestamp, expression.part, count->integer));
    }
    case Function::kDateDiff: {
      CUMULITE_ASSIGN(const Timestamp from, timestamp_of(arguments[0]));
      CUMULITE_ASSIGN(const Timestamp to, timestamp_of(arguments[1]));
      return Value::of(difference(expression.part, from, to));
    }
    case Function::kExtract: {
      CUMULITE_ASSIGN(const Timestamp timestamp, timestamp_of(arguments[0]));
      return Value::of(extract(timestamp, expression.part));
    }
    case Function::kToString: {
      CUMULITE_ASSIGN(const Timestamp timestamp, timestamp_of(arguments[0]));
      if (arguments[1].kind != Kind::kText) return wrong_type();
      CUMULITE_ASSIGN(std::string text, format_with(timestamp, arguments[1].text));
      return Value::of(std::move(text));
    }
    default: {
      CUMULITE_ASSIGN(const Timestamp timestamp, timestamp_of(arguments[0]));
      return Value::of(timestamp);
    }
  }
}

Result<Value> call_text(Function function, const std::vector<Value>& arguments) {
  for (const Value& argument : arguments) {
    if (function != Function::kSubstring && argument.kind != Kind::kText) return wrong_type();
  }
  switch (function) {
    case Function::kCharLength:
      return Value::of(characters(arguments[0].text));
    case Function::kLower:
      return Value::of(lower_case(arguments[0].text));
    case Function::kUpper:
      return Value::of(upper_case(arguments[0].text));
    case Function::kSubstring:
      return substring(arguments);
    default:
      return trim(function, arguments);
  }
}

}  // namespace

Result<Value> calculate(Operator op, const Value& left, const Value& right) {
  if (left.is_absent() || right.is_absent()) return Value::null();
  const auto a = number_of(left);
  const auto b = number_of(right);
  if (!a || !b) {
    return refusal("UnsupportedTypeForQuerying",
                   "Your query contains an unsupported type for arithmetic.");
  }
  if (a->kind == Kind::kInteger && b->kind == Kind::kInteger) {
    return calculate_integers(op, a->integer, b->integer);
  }
  return calculate_decimals(op, a->as_double(), b->as_double());
}

Result<Value> cast(const Value& value, Type type) {
  if (value.is_absent()) return value;
  switch (type) {
    case Type::kBool:
      return to_bool(value);
    case Type::kInteger:
      return to_integer(value);
    case Type::kFloat:
      return to_float(value);
    case Type::kDecimal:
      return to_number(value);
    case Type::kTimestamp:
      return to_timestamp(value);
    case Type::kText:
      break;
  }
  return Value::of(text_of(value));
}

Result<Value> call(const Expression& expression, const std::vector<Value>& arguments,
                   std::int64_t now_ms) {
  const auto absent = [](const Value& value) { return value.is_absent(); };
  switch (expression.function) {
    case Function::kUtcNow:
      return Value::of(Timestamp{now_ms});
    case Function::kCoalesce: {
      const auto found = std::find_if_not(arguments.begin(), arguments.end(), absent);
      return found == arguments.end() ? Value::null() : *found;
    }
    case Function::kNullIf:
      return compare(arguments[0], arguments[1]) == 0 ? Value::null() : arguments[0];
    default:
      break;
  }
  if (std::any_of(arguments.begin(), arguments.end(), absent)) return Value::null();
  if (expression.function <= Function::kToTimestamp) return call_date(expression, arguments);
  return call_text(expression.function, arguments);
}

}  // namespace cumulite::s3::select
