#pragma once

#include <string_view>

#include "emulator/services/s3/select/ast.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// Parses one SELECT statement of S3 Select's SQL.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html
/// Errors: the codes Lexer*, Parse*, UnsupportedFunction, Evaluator* and ExpressionTooLong.
Result<Query> parse_query(std::string_view sql);

}  // namespace cumulite::s3::select
