#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/dynamodb.h"
#include "protocol/result.h"

namespace cumulite::dynamodb::partiql {

/// Where a SELECT goes on: in which of its ranges, after which row (empty: at its beginning).
struct PagePosition {
  std::uint32_t range = 0;
  std::string row = {};
};

/// What binds a token to the statement and the values that made it.
std::string statement_digest(const api::ExecuteStatementInput& in);

std::string encode_token(std::string_view digest, const PagePosition& position);
/// Errors: "Invalid NextToken", "NextToken does not match request".
Result<PagePosition> decode_token(std::string_view digest, std::string_view token);

}  // namespace cumulite::dynamodb::partiql
