#pragma once

#include <cstdint>

#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"

/// Signature version 4 in query parameters.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
namespace cumulite::sigv4 {

/// Whether any parameter of presigned URLs is there, so that the others are missed.
bool has_query_v4(const http::Request& request);

/// Checks the form of all parameters, the bounds of X-Amz-Expires (at most 604,800 seconds)
/// included, not the time. Errors: S3 `AuthorizationQueryParametersError`, others
/// `IncompleteSignature(Exception)`.
Result<ParsedAuth> parse_query_v4(const http::Request& request, ServiceFamily family);

/// Whether a presigned URL (of either version) is valid at that time; success for other kinds.
/// Errors: S3 `AccessDenied` "Request has expired" and "Request is not yet valid"; others
/// `SignatureDoesNotMatch` / `InvalidSignatureException`.
Result<void> check_expiry(const ParsedAuth& auth, std::int64_t now_ms, ServiceFamily family);

}  // namespace cumulite::sigv4
