#include "emulator/services/s3/select/expression_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/select/errors.h"

namespace cumulite::s3::select {

namespace {

/// Nesting beyond it is refused: each level takes a piece of the stack.
constexpr int kDepthMax = 100;

ExpressionPtr make(Operator op) {
  auto expression = std::make_unique<Expression>();
  expression->op = op;
  return expression;
}

ExpressionPtr literal(Value value) {
  auto expression = make(Operator::kLiteral);
  expression->literal = std::move(value);
  return expression;
}

ExpressionPtr binary(Operator op, ExpressionPtr left, ExpressionPtr right) {
  auto expression = make(op);
  expression->operands.push_back(std::move(left));
  expression->operands.push_back(std::move(right));
  return expression;
}

struct OperatorName {
  std::string_view text;
  Operator op;
};

constexpr std::array kComparisons = {
    OperatorName{"=", Operator::kEqual},     OperatorName{"==", Operator::kEqual},
    OperatorName{"<>", Operator::kNotEqual}, OperatorName{"!=", Operator::kNotEqual},
    OperatorName{"<", Operator::kLess},      OperatorName{"<=", Operator::kLessOrEqual},
    OperatorName{">", Operator::kGreater},   OperatorName{">=", Operator::kGreaterOrEqual},
};
constexpr std::array kSums = {
    OperatorName{"+", Operator::kAdd},
    OperatorName{"-", Operator::kSubtract},
    OperatorName{"||", Operator::kConcatenate},
};
constexpr std::array kProducts = {
    OperatorName{"*", Operator::kMultiply},
    OperatorName{"/", Operator::kDivide},
    OperatorName{"%", Operator::kModulo},
};

template <class Names>
std::optional<Operator> take_operator(TokenStream& tokens, const Names& names) {
  for (const auto& [text, op] : names) {
    if (tokens.take_symbol(text)) return op;
  }
  return std::nullopt;
}

struct TypeName {
  std::string_view name;
  Type type;
};

constexpr std::array kTypes = {
    TypeName{"BOOL", Type::kBool},           TypeName{"BOOLEAN", Type::kBool},
    TypeName{"INT", Type::kInteger},         TypeName{"INTEGER", Type::kInteger},
    TypeName{"STRING", Type::kText},         TypeName{"VARCHAR", Type::kText},
    TypeName{"CHAR", Type::kText},           TypeName{"FLOAT", Type::kFloat},
    TypeName{"DECIMAL", Type::kDecimal},     TypeName{"NUMERIC", Type::kDecimal},
    TypeName{"TIMESTAMP", Type::kTimestamp},
};

struct AggregateName {
  std::string_view name;
  AggregateKind kind;
};

constexpr std::array kAggregates = {
    AggregateName{"COUNT", AggregateKind::kCount}, AggregateName{"SUM", AggregateKind::kSum},
    AggregateName{"AVG", AggregateKind::kAverage}, AggregateName{"MIN", AggregateKind::kMinimum},
    AggregateName{"MAX", AggregateKind::kMaximum},
};

/// Functions with plain arguments.
struct FunctionName {
  std::string_view name;
  Function function;
  std::size_t arguments_min;
  std::size_t arguments_max;
};

constexpr std::size_t kAny = 1000;
constexpr std::array kFunctions = {
    FunctionName{"COALESCE", Function::kCoalesce, 1, kAny},
    FunctionName{"NULLIF", Function::kNullIf, 2, 2},
    FunctionName{"TO_STRING", Function::kToString, 2, 2},
    FunctionName{"TO_TIMESTAMP", Function::kToTimestamp, 1, 1},
    FunctionName{"UTCNOW", Function::kUtcNow, 0, 0},
    FunctionName{"CHAR_LENGTH", Function::kCharLength, 1, 1},
    FunctionName{"CHARACTER_LENGTH", Function::kCharLength, 1, 1},
    FunctionName{"LOWER", Function::kLower, 1, 1},
    FunctionName{"UPPER", Function::kUpper, 1, 1},
};

/// Words that begin something else where a column could stand.
constexpr std::array<std::string_view, 8> kReserved = {"FROM", "WHERE", "LIMIT", "AND",
                                                       "OR",   "THEN",  "WHEN",  "ELSE"};

}  // namespace

Result<ExpressionPtr> ExpressionParser::parse() {
  if (++depth_ > kDepthMax) {
    return refusal("MaxOperatorsExceeded",
                   "Failed to parse SQL expression, try reducing complexity. For example, reduce "
                   "number of operators used.");
  }
  CUMULITE_ASSIGN(ExpressionPtr left, parse_and());
  while (tokens_.take_keyword("OR")) {
    CUMULITE_ASSIGN(ExpressionPtr right, parse_and());
    left = binary(Operator::kOr, std::move(left), std::move(right));
  }
  --depth_;
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_and() {
  CUMULITE_ASSIGN(ExpressionPtr left, parse_not());
  while (tokens_.take_keyword("AND")) {
    CUMULITE_ASSIGN(ExpressionPtr right, parse_not());
    left = binary(Operator::kAnd, std::move(left), std::move(right));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_not() {
  bool negated = false;
  while (tokens_.take_keyword("NOT")) negated = !negated;
  CUMULITE_ASSIGN(ExpressionPtr operand, parse_predicate());
  if (!negated) return operand;
  auto expression = make(Operator::kNot);
  expression->operands.push_back(std::move(operand));
  return expression;
}

Result<ExpressionPtr> ExpressionParser::parse_predicate() {
  CUMULITE_ASSIGN(ExpressionPtr left, parse_sum());
  while (true) {
    if (const auto op = take_operator(tokens_, kComparisons)) {
      CUMULITE_ASSIGN(ExpressionPtr right, parse_sum());
      left = binary(*op, std::move(left), std::move(right));
      continue;
    }
    const bool negated = tokens_.is_keyword("NOT");
    const std::size_t ahead = negated ? 1 : 0;
    if (tokens_.is_keyword("IS")) {
      CUMULITE_ASSIGN(left, parse_is(std::move(left)));
    } else if (tokens_.is_keyword("LIKE", ahead) || tokens_.is_keyword("IN", ahead) ||
               tokens_.is_keyword("BETWEEN", ahead)) {
      if (negated) tokens_.take();
      CUMULITE_ASSIGN(left, parse_negatable(std::move(left), negated));
    } else {
      return left;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_negatable(ExpressionPtr left, bool negated) {
  ExpressionPtr parsed;
  if (tokens_.take_keyword("LIKE")) {
    CUMULITE_ASSIGN(parsed, parse_like(std::move(left)));
  } else if (tokens_.take_keyword("IN")) {
    CUMULITE_ASSIGN(parsed, parse_in(std::move(left)));
  } else {
    tokens_.take();
    CUMULITE_ASSIGN(parsed, parse_between(std::move(left)));
  }
  parsed->negated = negated;
  return parsed;
}

Result<ExpressionPtr> ExpressionParser::parse_like(ExpressionPtr left) {
  CUMULITE_ASSIGN(ExpressionPtr pattern, parse_sum());
  auto like = binary(Operator::kLike, std::move(left), std::move(pattern));
  if (tokens_.take_keyword("ESCAPE")) {
    CUMULITE_ASSIGN(ExpressionPtr escape, parse_sum());
    like->operands.push_back(std::move(escape));
  }
  return like;
}

Result<ExpressionPtr> ExpressionParser::parse_in(ExpressionPtr left) {
  auto in = make(Operator::kIn);
  in->operands.push_back(std::move(left));
  const bool bracket = tokens_.take_symbol("[");
  if (!bracket) CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenValueConstructor"));
  do {
    CUMULITE_ASSIGN(ExpressionPtr member, parse());
    in->operands.push_back(std::move(member));
  } while (tokens_.take_symbol(","));
  CUMULITE_TRY(tokens_.expect_symbol(bracket ? "]" : ")", "ParseExpectedTokenType"));
  return in;
}

Result<ExpressionPtr> ExpressionParser::parse_between(ExpressionPtr left) {
  CUMULITE_ASSIGN(ExpressionPtr low, parse_sum());
  CUMULITE_TRY(tokens_.expect_keyword("AND"));
  CUMULITE_ASSIGN(ExpressionPtr high, parse_sum());
  auto between = binary(Operator::kBetween, std::move(left), std::move(low));
  between->operands.push_back(std::move(high));
  return between;
}

Result<ExpressionPtr> ExpressionParser::parse_is(ExpressionPtr left) {
  tokens_.take();
  const bool negated = tokens_.take_keyword("NOT");
  auto is = make(Operator::kIsNull);
  if (tokens_.take_keyword("MISSING")) {
    is->op = Operator::kIsMissing;
  } else {
    CUMULITE_TRY(tokens_.expect_keyword("NULL"));
  }
  is->negated = negated;
  is->operands.push_back(std::move(left));
  return is;
}

Result<ExpressionPtr> ExpressionParser::parse_sum() {
  CUMULITE_ASSIGN(ExpressionPtr left, parse_product());
  while (const auto op = take_operator(tokens_, kSums)) {
    CUMULITE_ASSIGN(ExpressionPtr right, parse_product());
    left = binary(*op, std::move(left), std::move(right));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_product() {
  CUMULITE_ASSIGN(ExpressionPtr left, parse_unary());
  while (const auto op = take_operator(tokens_, kProducts)) {
    CUMULITE_ASSIGN(ExpressionPtr right, parse_unary());
    left = binary(*op, std::move(left), std::move(right));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_unary() {
  bool negative = false;
  while (tokens_.is_symbol("-") || tokens_.is_symbol("+")) {
    if (tokens_.take().text == "-") negative = !negative;
  }
  CUMULITE_ASSIGN(ExpressionPtr operand, parse_primary());
  if (!negative) return operand;
  auto negation = make(Operator::kNegate);
  negation->operands.push_back(std::move(operand));
  return negation;
}

Result<ExpressionPtr> ExpressionParser::parse_primary() {
  const Token& token = tokens_.peek();
  switch (token.kind) {
    case Token::Kind::kNumber: {
      auto number = parse_number(tokens_.take().text);
      if (!number) return refusal("LexerInvalidLiteral", "The number is out of range.");
      return literal(std::move(*number));
    }
    case Token::Kind::kText:
      return literal(Value::of(tokens_.take().text));
    case Token::Kind::kIon: {
      const auto timestamp = parse_timestamp(token.text);
      if (!timestamp) return tokens_.unexpected("LexerInvalidIONLiteral");
      tokens_.take();
      return literal(Value::of(*timestamp));
    }
    case Token::Kind::kWord:
      return parse_word();
    case Token::Kind::kQuoted: {
      auto column = make(Operator::kColumn);
      CUMULITE_ASSIGN(column->path, parse_path(false));
      return column;
    }
    default:
      break;
  }
  if (!tokens_.take_symbol("(")) return tokens_.unexpected("ParseUnexpectedToken");
  CUMULITE_ASSIGN(ExpressionPtr inner, parse());
  CUMULITE_TRY(tokens_.expect_symbol(")", "ParseExpectedTokenType"));
  return inner;
}

Result<ExpressionPtr> ExpressionParser::parse_word() {
  if (tokens_.take_keyword("TRUE")) return literal(Value::of(true));
  if (tokens_.take_keyword("FALSE")) return literal(Value::of(false));
  if (tokens_.take_keyword("NULL")) return literal(Value::null());
  if (tokens_.take_keyword("MISSING")) return literal(Value::missing());
  if (tokens_.is_keyword("CASE")) return parse_case();
  if (tokens_.is_symbol("(", 1)) return parse_call();
  for (const std::string_view word : kReserved) {
    if (tokens_.is_keyword(word)) return tokens_.unexpected("ParseUnExpectedKeyword");
  }
  auto column = make(Operator::kColumn);
  CUMULITE_ASSIGN(column->path, parse_path(false));
  return column;
}

Result<Path> ExpressionParser::parse_path(bool wildcards) {
  const Token token = tokens_.take();
  if (token.kind != Token::Kind::kWord && token.kind != Token::Kind::kQuoted) {
    return tokens_.unexpected("ParseInvalidPathComponent");
  }
  Path path;
  path.push_back({Step::Kind::kName, token.text, token.kind == Token::Kind::kQuoted});
  CUMULITE_TRY(parse_steps(path, wildcards));
  return path;
}

Result<void> ExpressionParser::parse_steps(Path& path, bool wildcards) {
  while (true) {
    // `s.*` is the select list's business.
    if (tokens_.is_symbol(".") && !tokens_.is_symbol("*", 1)) {
      tokens_.take();
      const Token token = tokens_.take();
      if (token.kind != Token::Kind::kWord && token.kind != Token::Kind::kQuoted) {
        return refusal("ParseInvalidPathComponent",
                       "The SQL expression contains a path component that is not valid.");
      }
      path.push_back({Step::Kind::kName, token.text, token.kind == Token::Kind::kQuoted});
    } else if (tokens_.take_symbol("[")) {
      const Token token = tokens_.take();
      Step step;
      const char* end = token.text.data() + token.text.size();
      if (token.kind == Token::Kind::kSymbol && token.text == "*" && wildcards) {
        step.kind = Step::Kind::kWildcard;
      } else if (token.kind == Token::Kind::kText) {
        step = {Step::Kind::kName, token.text, true};
      } else if (token.kind == Token::Kind::kNumber &&
                 std::from_chars(token.text.data(), end, step.index).ptr == end) {
        step.kind = Step::Kind::kIndex;
      } else {
        return refusal("ParseInvalidPathComponent",
                       "The SQL expression contains a path component that is not valid.");
      }
      path.push_back(std::move(step));
      CUMULITE_TRY(tokens_.expect_symbol("]", "ParseExpectedTokenType"));
    } else {
      return {};
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_call() {
  const std::string name = tokens_.peek().text;
  for (const auto& known : kAggregates) {
    if (equals_ignoring_case(name, known.name)) return parse_aggregate(known.kind);
  }
  if (equals_ignoring_case(name, "CAST")) return parse_cast();
  if (equals_ignoring_case(name, "DATE_ADD")) return parse_date_function(Function::kDateAdd);
  if (equals_ignoring_case(name, "DATE_DIFF")) return parse_date_function(Function::kDateDiff);
  if (equals_ignoring_case(name, "EXTRACT")) return parse_extract();
  if (equals_ignoring_case(name, "SUBSTRING")) return parse_substring();
  if (equals_ignoring_case(name, "TRIM")) return parse_trim();
  for (const auto& known : kFunctions) {
    if (!equals_ignoring_case(name, known.name)) continue;
    tokens_.take();
    auto call = make(Operator::kCall);
    call->function = known.function;
    CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall"));
    CUMULITE_TRY(parse_arguments(*call));
    const std::size_t count = call->operands.size();
    if (count < known.arguments_min || count > known.arguments_max) {
      return refusal("EvaluatorInvalidArguments",
                     fmt::format("The number of arguments of {} is not valid.", known.name));
    }
    return call;
  }
  return refusal("UnsupportedFunction",
                 fmt::format("S3 encountered an unsupported SQL function: {}.", name));
}

/// The rest of a list of arguments, and its parenthesis.
Result<void> ExpressionParser::parse_arguments(Expression& call) {
  if (tokens_.take_symbol(")")) return {};
  do {
    CUMULITE_ASSIGN(ExpressionPtr argument, parse());
    call.operands.push_back(std::move(argument));
  } while (tokens_.take_symbol(","));
  return tokens_.expect_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
}

Result<ExpressionPtr> ExpressionParser::parse_aggregate(AggregateKind kind) {
  if (in_aggregate_) {
    return refusal("UnsupportedSqlStructure", "Aggregate functions cannot be nested.");
  }
  tokens_.take();
  tokens_.take();
  Aggregate aggregate{kind, nullptr};
  if (tokens_.take_symbol("*")) {
    if (kind != AggregateKind::kCount) {
      return refusal("ParseUnsupportedCallWithStar",
                     "Only COUNT with (*) as a parameter is supported in the SQL expression.");
    }
  } else {
    in_aggregate_ = true;
    CUMULITE_ASSIGN(aggregate.operand, parse());
    in_aggregate_ = false;
  }
  if (tokens_.is_symbol(",")) {
    return refusal("ParseNonUnaryAgregateFunctionCall",
                   "Only one argument is supported for aggregate functions in the SQL expression.");
  }
  CUMULITE_TRY(tokens_.expect_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall"));
  auto expression = make(Operator::kAggregate);
  expression->aggregate = aggregates_.size();
  aggregates_.push_back(std::move(aggregate));
  return expression;
}

Result<ExpressionPtr> ExpressionParser::parse_cast() {
  tokens_.take();
  CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenAfterCast"));
  auto cast = make(Operator::kCast);
  CUMULITE_ASSIGN(ExpressionPtr operand, parse());
  cast->operands.push_back(std::move(operand));
  CUMULITE_TRY(tokens_.expect_keyword("AS"));
  const Token name = tokens_.take();
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& type) {
    return name.kind == Token::Kind::kWord && equals_ignoring_case(name.text, type.name);
  });
  if (found == kTypes.end()) {
    return refusal("ParseExpectedTypeName",
                   "The expected type name in the SQL expression was not found.");
  }
  cast->type = found->type;
  // Precision and scale are taken and not applied, as numbers keep their own.
  if (tokens_.take_symbol("(")) {
    do {
      if (tokens_.take().kind != Token::Kind::kNumber) {
        return refusal("ParseInvalidTypeParam",
                       "The SQL expression contains a parameter value that is not valid.");
      }
    } while (tokens_.take_symbol(","));
    CUMULITE_TRY(tokens_.expect_symbol(")", "ParseExpectedTokenType"));
  }
  CUMULITE_TRY(tokens_.expect_symbol(")", "ParseCastArity"));
  return cast;
}

/// CASE WHEN c THEN v ... END, and CASE x WHEN c THEN v ... END: there x = c is the condition.
Result<ExpressionPtr> ExpressionParser::parse_case() {
  tokens_.take();
  const bool searched = tokens_.is_keyword("WHEN");
  ExpressionPtr subject;
  if (!searched) {
    CUMULITE_ASSIGN(subject, parse());
  }
  auto expression = make(Operator::kCase);
  // The subject stands first, so that it is evaluated once.
  expression->negated = !searched;
  if (!searched) expression->operands.push_back(std::move(subject));
  if (!tokens_.is_keyword("WHEN")) return tokens_.unexpected("ParseExpectedWhenClause");
  while (tokens_.take_keyword("WHEN")) {
    CUMULITE_ASSIGN(ExpressionPtr condition, parse());
    CUMULITE_TRY(tokens_.expect_keyword("THEN"));
    CUMULITE_ASSIGN(ExpressionPtr value, parse());
    expression->operands.push_back(std::move(condition));
    expression->operands.push_back(std::move(value));
  }
  if (tokens_.take_keyword("ELSE")) {
    CUMULITE_ASSIGN(ExpressionPtr value, parse());
    expression->operands.push_back(std::move(value));
  }
  CUMULITE_TRY(tokens_.expect_keyword("END"));
  return expression;
}

Result<ExpressionPtr> ExpressionParser::parse_date_function(Function function) {
  tokens_.take();
  CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall"));
  auto call = make(Operator::kCall);
  call->function = function;
  const auto part = date_part(tokens_.take().text);
  if (!part) {
    return refusal("ParseExpectedDatePart",
                   "The expected date part in the SQL expression was not found.");
  }
  call->part = *part;
  CUMULITE_TRY(tokens_.expect_symbol(",", "ParseExpectedArgumentDelimiter"));
  CUMULITE_TRY(parse_arguments(*call));
  if (call->operands.size() != 2) {
    return refusal("EvaluatorInvalidArguments",
                   "The number of arguments of a date function is not valid.");
  }
  return call;
}

Result<ExpressionPtr> ExpressionParser::parse_extract() {
  tokens_.take();
  CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall"));
  auto call = make(Operator::kCall);
  call->function = Function::kExtract;
  const auto part = date_part(tokens_.take().text);
  if (!part) {
    return refusal("ParseExpectedDatePart",
                   "The expected date part in the SQL expression was not found.");
  }
  call->part = *part;
  CUMULITE_TRY(tokens_.expect_keyword("FROM"));
  CUMULITE_ASSIGN(ExpressionPtr timestamp, parse());
  call->operands.push_back(std::move(timestamp));
  CUMULITE_TRY(tokens_.expect_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall"));
  return call;
}

/// SUBSTRING(text, start[, length]) and SUBSTRING(text FROM start [FOR length]).
Result<ExpressionPtr> ExpressionParser::parse_substring() {
  tokens_.take();
  CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall"));
  auto call = make(Operator::kCall);
  call->function = Function::kSubstring;
  CUMULITE_ASSIGN(ExpressionPtr text, parse());
  call->operands.push_back(std::move(text));
  const bool words = tokens_.take_keyword("FROM");
  if (!words) CUMULITE_TRY(tokens_.expect_symbol(",", "ParseExpectedArgumentDelimiter"));
  CUMULITE_ASSIGN(ExpressionPtr start, parse());
  call->operands.push_back(std::move(start));
  if (words ? tokens_.take_keyword("FOR") : tokens_.take_symbol(",")) {
    CUMULITE_ASSIGN(ExpressionPtr length, parse());
    call->operands.push_back(std::move(length));
  }
  CUMULITE_TRY(tokens_.expect_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall"));
  return call;
}

/// TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text).
Result<ExpressionPtr> ExpressionParser::parse_trim() {
  tokens_.take();
  CUMULITE_TRY(tokens_.expect_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall"));
  auto call = make(Operator::kCall);
  call->function = Function::kTrim;
  if (tokens_.take_keyword("LEADING")) {
    call->function = Function::kTrimLeading;
  } else if (tokens_.take_keyword("TRAILING")) {
    call->function = Function::kTrimTrailing;
  } else {
    tokens_.take_keyword("BOTH");
  }
  ExpressionPtr first;
  if (!tokens_.is_keyword("FROM")) {
    CUMULITE_ASSIGN(first, parse());
  }
  if (tokens_.take_keyword("FROM")) {
    CUMULITE_ASSIGN(ExpressionPtr text, parse());
    call->operands.push_back(std::move(text));
  }
  if (first) call->operands.push_back(std::move(first));
  CUMULITE_TRY(tokens_.expect_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall"));
  return call;
}

}  // namespace cumulite::s3::select
