#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "emulator/services/dynamodb/expression/ast.h"
#include "protocol/result.h"

/// Text to syntax tree. `parameter` ("ConditionExpression") goes into the messages. Results come
/// from a small cache a thread, because programs send the same few texts over and over.
/// Errors: ValidationException "Invalid <parameter>: ..." for an empty text, more than 4 KB, a
/// syntax error, or any fault that does not depend on the request.
namespace cumulite::dynamodb::expression {

inline constexpr std::size_t kExpressionBytesMax = 4096;

Result<std::shared_ptr<const ParsedCondition>> parse_condition(std::string_view parameter,
                                                               std::string_view text);
Result<std::shared_ptr<const ParsedUpdate>> parse_update(std::string_view text);
Result<std::shared_ptr<const ParsedProjection>> parse_projection(std::string_view text);

/// The uncached parsers.
ParsedCondition read_condition(std::string_view text);
ParsedUpdate read_update(std::string_view text);
ParsedProjection read_projection(std::string_view text);

}  // namespace cumulite::dynamodb::expression
