#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/s3/select/timestamp.h"
#include "emulator/services/s3/select/value.h"

/// A parsed SELECT statement.
namespace cumulite::s3::select {

/// One component of a path: `.name`, `[3]`, `[*]`.
struct Step {
  enum class Kind : std::uint8_t { kName, kIndex, kWildcard };

  Kind kind = Kind::kName;
  std::string name;
  bool quoted = false;  ///< "In quotes": matched in its case.
  std::size_t index = 0;
};

using Path = std::vector<Step>;

enum class Operator : std::uint8_t {
  kLiteral,
  kColumn,     ///< `path`; empty: the whole record.
  kAggregate,  ///< `aggregate`: its place in Query::aggregates.
  kAnd,
  kOr,
  kNot,
  kNegate,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kConcatenate,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kLike,     ///< Text, pattern, and an escape character if there is one.
  kIn,       ///< A value and the list.
  kBetween,  ///< A value and its bounds.
  kIsNull,
  kIsMissing,
  kCase,  ///< Pairs of condition and value, and the value of ELSE if their number is odd.
  kCast,  ///< `type`.
  kCall,  ///< `function`.
};

enum class Type : std::uint8_t { kBool, kInteger, kText, kFloat, kDecimal, kTimestamp };

enum class Function : std::uint8_t {
  kCoalesce,
  kNullIf,
  kDateAdd,   ///< `part`, then count and timestamp.
  kDateDiff,  ///< `part`, then two timestamps.
  kExtract,   ///< `part`, then a timestamp.
  kToString,
  kToTimestamp,
  kUtcNow,
  kCharLength,
  kLower,
  kUpper,
  kSubstring,
  kTrim,  ///< Text, and the characters if they are named.
  kTrimLeading,
  kTrimTrailing,
};

struct Expression {
  Operator op = Operator::kLiteral;
  bool negated = false;  ///< NOT LIKE, NOT IN, NOT BETWEEN, IS NOT.
  Value literal;
  Path path;
  std::size_t aggregate = 0;
  Type type = Type::kText;
  Function function = Function::kLower;
  DatePart part = DatePart::kYear;
  std::vector<std::unique_ptr<Expression>> operands;
};

using ExpressionPtr = std::unique_ptr<Expression>;

enum class AggregateKind : std::uint8_t { kCount, kSum, kAverage, kMinimum, kMaximum };

struct Aggregate {
  AggregateKind kind = AggregateKind::kCount;
  ExpressionPtr operand;  ///< Null: COUNT(*).
};

struct Projection {
  ExpressionPtr value;
  std::string name;  ///< Alias, or last name of a path; empty: by its position.
};

struct Query {
  std::vector<Projection> columns;  ///< Empty: `*`.
  Path from;                        ///< Behind `S3Object[*]`.
  std::string alias;                ///< Of the table; empty: none.
  ExpressionPtr where;
  std::optional<std::int64_t> limit;
  std::vector<Aggregate> aggregates;
};

}  // namespace cumulite::s3::select
