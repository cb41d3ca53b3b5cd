#pragma once

#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/value.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// + - * / % of two values; NULL if one is absent. Errors: IntegerOverflow,
/// UnsupportedTypeForQuerying for what is no number.
Result<Value> calculate(Operator op, const Value& left, const Value& right);

/// CAST. An absent value stays so. Error: CastFailed.
Result<Value> cast(const Value& value, Type type);

/// A function call with its evaluated arguments. Errors: EvaluatorInvalidArguments,
/// IncorrectSqlFunctionArgumentType, ValueParseFailure, those of format_with.
Result<Value> call(const Expression& expression, const std::vector<Value>& arguments,
                   std::int64_t now_ms);

}  // namespace cumulite::s3::select
