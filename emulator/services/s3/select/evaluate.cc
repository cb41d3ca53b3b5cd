#include "emulator/services/s3/select/evaluate.h"

#include <utility>

#include "emulator/services/s3/select/arithmetic.h"
#include "emulator/services/s3/select/errors.h"

namespace cumulite::s3::select {

namespace {

bool compares(Operator op, int order) {
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kNotEqual:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessOrEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

/// Values of different types are unequal, and in no order.
Value compare_with(Operator op, const Value& left, const Value& right) {
  if (left.is_absent() || right.is_absent()) return Value::null();
  if (const auto order = compare(left, right)) return Value::of(compares(op, *order));
  return Value::of(op == Operator::kNotEqual);
}

Value negate_if(bool negated, Value value) {
  if (negated && value.kind == Kind::kBool) value.boolean = !value.boolean;
  return value;
}

/// Evaluates one kind of expression each.
class Evaluation {
 public:
  Evaluation(const Expression& expression, const Scope& scope)
      : expression_(expression), scope_(scope) {}

  Result<Value> run() {
    switch (expression_.op) {
      case Operator::kLiteral:
        return expression_.literal;
      case Operator::kColumn:
        if (scope_.record == nullptr) return Value::missing();
        return scope_.record->find(expression_.path);
      case Operator::kAggregate:
        return (*scope_.aggregates)[expression_.aggregate];
      case Operator::kAnd:
      case Operator::kOr:
        return logic(expression_.op == Operator::kOr);
      case Operator::kNot:
        return negation();
      case Operator::kNegate: {
        CUMULITE_ASSIGN(const Value value, operand(0));
        return calculate(Operator::kSubtract, Value::of(std::int64_t{0}), value);
      }
      case Operator::kConcatenate:
        return concatenation();
      case Operator::kLike:
        return like();
      case Operator::kIn:
        return in();
      case Operator::kBetween:
        return between();
      case Operator::kIsNull:
      case Operator::kIsMissing:
        return is();
      case Operator::kCase:
        return choice();
      case Operator::kCast: {
        CUMULITE_ASSIGN(const Value value, operand(0));
        return cast(value, expression_.type);
      }
      case Operator::kCall:
        return function();
      default:
        return binary();
    }
  }

 private:
  Result<Value> operand(std::size_t index) {
    return evaluate(*expression_.operands[index], scope_);
  }

  Result<Value> binary() {
    CUMULITE_ASSIGN(const Value left, operand(0));
    CUMULITE_ASSIGN(const Value right, operand(1));
    if (expression_.op >= Operator::kEqual) return compare_with(expression_.op, left, right);
    return calculate(expression_.op, left, right);
  }

  /// OR if `decided` is true, else AND: the first operand that decides is the answer.
  Result<Value> logic(bool decided) {
    CUMULITE_ASSIGN(const Value left, operand(0));
    if (left.kind == Kind::kBool && left.boolean == decided) return Value::of(decided);
    CUMULITE_ASSIGN(const Value right, operand(1));
    if (right.kind == Kind::kBool && right.boolean == decided) return Value::of(decided);
    if (left.kind != Kind::kBool || right.kind != Kind::kBool) return Value::null();
    return Value::of(!decided);
  }

  Result<Value> negation() {
    CUMULITE_ASSIGN(Value value, operand(0));
    if (value.kind != Kind::kBool) return Value::null();
    return negate_if(true, std::move(value));
  }

  Result<Value> concatenation() {
    CUMULITE_ASSIGN(const Value left, operand(0));
    CUMULITE_ASSIGN(const Value right, operand(1));
    if (left.is_absent() || right.is_absent()) return Value::null();
    return Value::of(text_of(left) + text_of(right));
  }

  Result<Value> like() {
    CUMULITE_ASSIGN(const Value text, operand(0));
    CUMULITE_ASSIGN(const Value pattern, operand(1));
    char escape = 0;
    if (expression_.operands.size() == 3) {
      CUMULITE_ASSIGN(const Value given, operand(2));
      if (given.kind != Kind::kText || given.text.size() != 1) {
        return refusal("LikeInvalidInputs",
                       "The argument given to the LIKE clause in the SQL expression is not valid.");
      }
      escape = given.text.front();
    }
    if (text.is_absent() || pattern.is_absent()) return Value::null();
    if (text.kind != Kind::kText || pattern.kind != Kind::kText) {
      return refusal("LikeInvalidInputs",
                     "The argument given to the LIKE clause in the SQL expression is not valid.");
    }
    CUMULITE_ASSIGN(const bool matches, matches_like(text.text, pattern.text, escape));
    return Value::of(matches != expression_.negated);
  }

  Result<Value> in() {
    CUMULITE_ASSIGN(const Value value, operand(0));
    if (value.is_absent()) return Value::null();
    bool absent = false;
    for (std::size_t i = 1; i < expression_.operands.size(); ++i) {
      CUMULITE_ASSIGN(const Value member, operand(i));
      absent = absent || member.is_absent();
      if (compare(value, member) == 0) return Value::of(!expression_.negated);
    }
    if (absent) return Value::null();
    return Value::of(expression_.negated);
  }

  Result<Value> between() {
    CUMULITE_ASSIGN(const Value value, operand(0));
    CUMULITE_ASSIGN(const Value low, operand(1));
    CUMULITE_ASSIGN(const Value high, operand(2));
    if (value.is_absent() || low.is_absent() || high.is_absent()) return Value::null();
    const bool inside = compare_with(Operator::kGreaterOrEqual, value, low).is_true() &&
                        compare_with(Operator::kLessOrEqual, value, high).is_true();
    return Value::of(inside != expression_.negated);
  }

  Result<Value> is() {
    CUMULITE_ASSIGN(const Value value, operand(0));
    const bool is =
        expression_.op == Operator::kIsMissing ? value.kind == Kind::kMissing : value.is_absent();
    return Value::of(is != expression_.negated);
  }

  /// `negated` says that the subject of a simple CASE stands first.
  Result<Value> choice() {
    const auto& operands = expression_.operands;
    std::size_t at = 0;
    Value subject = Value::of(true);
    if (expression_.negated) {
      CUMULITE_ASSIGN(subject, operand(at++));
    }
    for (; at + 1 < operands.size(); at += 2) {
      CUMULITE_ASSIGN(const Value condition, operand(at));
      if (compare_with(Operator::kEqual, subject, condition).is_true()) return operand(at + 1);
    }
    if (at < operands.size()) return operand(at);
    return Value::null();
  }

  Result<Value> function() {
    std::vector<Value> arguments;
    for (std::size_t i = 0; i < expression_.operands.size(); ++i) {
      CUMULITE_ASSIGN(Value argument, operand(i));
      arguments.push_back(std::move(argument));
    }
    return call(expression_, arguments, scope_.now_ms);
  }

  const Expression& expression_;
  const Scope& scope_;
};

/// Bytes of the UTF-8 character that begins the text.
std::size_t character_bytes(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

/// One position of a LIKE pattern.
struct PatternItem {
  enum class Kind : std::uint8_t { kCharacter, kOne, kAny } kind = Kind::kCharacter;
  std::string_view character;
};

Result<std::vector<PatternItem>> parse_pattern(std::string_view pattern, char escape) {
  std::vector<PatternItem> items;
  while (!pattern.empty()) {
    const char c = pattern.front();
    const bool escaped = escape != 0 && c == escape;
    if (escaped) {
      pattern.remove_prefix(1);
      if (pattern.empty() ||
          (pattern.front() != '%' && pattern.front() != '_' && pattern.front() != escape)) {
        return refusal("EvaluatorLikePatternInvalidEscapeSequence",
                       "An argument given to the LIKE expression was not valid.");
      }
    }
    const std::size_t size = character_bytes(pattern);
    auto kind = PatternItem::Kind::kCharacter;
    if (!escaped && c == '%') kind = PatternItem::Kind::kAny;
    if (!escaped && c == '_') kind = PatternItem::Kind::kOne;
    items.push_back({kind, pattern.substr(0, size)});
    pattern.remove_prefix(size);
  }
  return items;
}

}  // namespace

Result<Value> evaluate(const Expression& expression, const Scope& scope) {
  return Evaluation(expression, scope).run();
}

Result<bool> matches_like(std::string_view text, std::string_view pattern, char escape) {
  CUMULITE_ASSIGN(const auto items, parse_pattern(pattern, escape));
  // Greedy with one point to return to: the last '%'.
  std::size_t item = 0;
  std::optional<std::size_t> any;
  std::string_view retry;
  while (!text.empty()) {
    const bool left = item < items.size();
    if (left && items[item].kind == PatternItem::Kind::kAny) {
      any = item++;
      retry = text;
    } else if (left && (items[item].kind == PatternItem::Kind::kOne ||
                        text.starts_with(items[item].character))) {
      text.remove_prefix(character_bytes(text));
      ++item;
    } else if (any) {
      retry.remove_prefix(character_bytes(retry));
      text = retry;
      item = *any + 1;
    } else {
      return false;
    }
  }
  while (item < items.size() && items[item].kind == PatternItem::Kind::kAny) ++item;
  return item == items.size();
}

Result<void> Accumulator::add(const Scope& scope) {
  if (aggregate_->operand == nullptr) {
    ++count_;
    return {};
  }
  CUMULITE_ASSIGN(Value value, evaluate(*aggregate_->operand, scope));
  if (value.is_absent()) return {};
  ++count_;
  switch (aggregate_->kind) {
    case AggregateKind::kCount:
      return {};
    case AggregateKind::kSum:
    case AggregateKind::kAverage:
      return add_number(value);
    default:
      break;
  }
  // Bare columns of CSV that hold numbers are compared as such.
  if (auto number = number_of(value)) value = std::move(*number);
  const auto order = compare(value, value_);
  const bool smaller = aggregate_->kind == AggregateKind::kMinimum;
  if (count_ == 1 || (order && (smaller ? *order < 0 : *order > 0))) value_ = std::move(value);
  return {};
}

Result<void> Accumulator::add_number(const Value& value) {
  const auto number = number_of(value);
  if (!number) {
    return refusal("IncorrectSqlFunctionArgumentType",
                   "An incorrect argument type was specified in a function call in the SQL "
                   "expression.");
  }
  if (count_ == 1) {
    value_ = *number;
    return {};
  }
  CUMULITE_ASSIGN(value_, calculate(Operator::kAdd, value_, *number));
  return {};
}

Value Accumulator::result() const {
  if (aggregate_->kind == AggregateKind::kCount) return Value::of(count_);
  if (aggregate_->kind == AggregateKind::kAverage && count_ > 0) {
    return Value::of(value_.as_double() / static_cast<double>(count_));
  }
  return value_;
}

}  // namespace cumulite::s3::select
