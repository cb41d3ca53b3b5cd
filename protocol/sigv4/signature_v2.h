#pragma once

#include <string>
#include <string_view>

#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"

/// Signature version 2 of S3 (HMAC-SHA-1), which old clients still send.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
namespace cumulite::sigv4 {

/// Whether any parameter of version 2 is in the query.
bool has_query_v2(const http::Request& request);

/// Parses "AWS key:signature". Errors: `InvalidArgument`, `AccessDenied`.
Result<ParsedAuth> parse_header_v2(const http::Request& request);
/// Parses AWSAccessKeyId, Signature and Expires. Error: `AccessDenied`.
Result<ParsedAuth> parse_query_v2(const http::Request& request);

/// `virtual_host_bucket` is the bucket when the Host names it and the path does not, else empty.
std::string string_to_sign_v2(const ParsedAuth& auth, const http::Request& request,
                              std::string_view virtual_host_bucket);
/// Base64 of the HMAC-SHA-1.
std::string signature_v2(std::string_view secret, std::string_view string_to_sign);

}  // namespace cumulite::sigv4
