#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/record.h"
#include "emulator/services/s3/select/value.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// What an expression is evaluated against.
struct Scope {
  const Record* record = nullptr;                  ///< Null: after the last row, for aggregates.
  const std::vector<Value>* aggregates = nullptr;  ///< Their results.
  std::int64_t now_ms = 0;
};

/// SQL's three-valued logic: NULL and MISSING make comparisons and arithmetic NULL.
/// Errors: CastFailed, IntegerOverflow, the codes Evaluator*, Like*, *SqlFunctionArgument*, and
/// those of Record::find.
Result<Value> evaluate(const Expression& expression, const Scope& scope);

/// Whether the text matches `pattern`: '%' any characters, '_' one; `escape` 0: none. Errors:
/// EvaluatorLikePatternInvalidEscapeSequence.
Result<bool> matches_like(std::string_view text, std::string_view pattern, char escape);

/// COUNT, SUM, AVG, MIN, MAX over the rows given to it.
class Accumulator {
 public:
  explicit Accumulator(const Aggregate& aggregate) : aggregate_(&aggregate) {}

  Result<void> add(const Scope& scope);
  Value result() const;

 private:
  Result<void> add_number(const Value& value);

  const Aggregate* aggregate_;
  std::int64_t count_ = 0;
  Value value_ = Value::null();
};

}  // namespace cumulite::s3::select
