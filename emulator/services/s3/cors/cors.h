#pragma once

#include <string_view>

#include "emulator/core/context.h"
#include "protocol/result.h"

/// Cross-origin access by a bucket's CORS configuration.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
namespace cumulite::s3 {

/// The answer to OPTIONS. Errors: BadRequest without Origin or method, AccessForbidden where no
/// rule allows the request.
Result<void> preflight(Context& ctx, std::string_view bucket);

/// Adds Access-Control-* to the answer of a request with an Origin that a rule allows.
void add_cors_headers(Context& ctx, std::string_view bucket);

}  // namespace cumulite::s3
