#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"
#include "protocol/sigv4/signing_key.h"

/// Who asks, and is it true? The order of use for a request:
/// peek_scope (to find service and region) -> check_presigned (auth off) or parse_auth and verify
/// (auth enforce) -> the body, through a ChunkedBodyDecoder where it is encoded ->
/// check_payload_hash.
namespace cumulite::sigv4 {

/// Key, region and service that a request names, without any check: for routing, which must know
/// the service before the family of errors is known. Understands incomplete headers such as
/// "AWS4-HMAC-SHA256 Credential=test/20220101/us-east-1/s3/aws4_request".
/// The result holds copies, for the query may be encoded.
struct PeekedScope {
  std::string access_key_id;
  std::string region;
  std::string service;
};

PeekedScope peek_scope(const http::Request& request);

/// Takes the authentication of a request apart and checks its form, not its truth; cheap.
/// Kind kNone when there is none. Errors: those of parse_header_v4, parse_query_v4 and version 2;
/// header and query together are refused.
Result<ParsedAuth> parse_auth(const http::Request& request, ServiceFamily family);

/// All that is checked without keys (auth off): form and time of presigned URLs. Success for every
/// other request, whatever its Authorization header holds.
Result<void> check_presigned(const http::Request& request, ServiceFamily family,
                             std::int64_t now_ms);

/// Finds the credentials of a key; nullptr when it is not known.
using CredentialLookup = std::function<const Credentials*(std::string_view access_key_id)>;

struct VerifyContext {
  ServiceFamily family = ServiceFamily::kS3;
  std::int64_t now_ms = 0;
  /// Lower-case hexadecimal SHA-256 of the body as received. Services other than S3 sign it and so
  /// are verified after the body; S3 signs the x-amz-content-sha256 header and ignores this. A
  /// large Glacier upload can be verified before its body with the header's value, compared
  /// afterwards.
  std::string_view body_sha256 = {};
  std::string_view virtual_host_bucket = {};  ///< Version 2 only: the bucket that the Host names.
};

/// Checks key, time, session token, signed headers and signature, in AWS's order.
/// Errors: see errors.h. kNone is answered with missing_authentication.
Result<void> verify(const ParsedAuth& auth, const http::Request& request,
                    const CredentialLookup& lookup, const VerifyContext& context);

/// S3, after the body: compares the x-amz-content-sha256 header (or parameter) with the body's
/// hexadecimal SHA-256. Success when the header holds no hash. Error: `XAmzContentSHA256Mismatch`.
Result<void> check_payload_hash(const http::Request& request, std::string_view body_sha256);

/// Whether that header announces a hash, so that the body must be hashed.
bool announces_payload_hash(const http::Request& request);

/// In constant time for texts of equal length.
bool signatures_equal(std::string_view expected, std::string_view given);

}  // namespace cumulite::sigv4
