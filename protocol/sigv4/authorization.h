#pragma once

#include <optional>
#include <string_view>

#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"

/// The Authorization header of signature version 4.
namespace cumulite::sigv4 {

/// "key/20130524/us-east-1/s3/aws4_request" taken apart; a key may hold slashes itself.
struct CredentialScope {
  std::string_view access_key_id;
  std::string_view scope;  ///< All after the key.
  std::string_view date;
  std::string_view region;
  std::string_view service;
  std::string_view terminator;
};

/// nullopt with fewer than five parts. The parts are not looked at.
std::optional<CredentialScope> parse_credential(std::string_view credential);

/// Parses a header "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...".
/// Errors: S3 `AuthorizationHeaderMalformed`, `InvalidArgument`, `AccessDenied`; others
/// `IncompleteSignature(Exception)`, `SignatureDoesNotMatch` / `InvalidSignatureException`.
Result<ParsedAuth> parse_header_v4(const http::Request& request, ServiceFamily family);

}  // namespace cumulite::sigv4
