#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/error.h"
#include "protocol/sigv4/parsed_auth.h"

/// The refusals of authentication, one maker a message, in each family's own code and wording.
namespace cumulite::sigv4 {

/// Nobody asks: "Request is missing Authentication Token", S3 "Access Denied".
Error missing_authentication(ServiceFamily family);
/// Form errors of services other than S3: IncompleteSignature(Exception).
Error incomplete_signature(ServiceFamily family, std::string_view message);
/// SignatureDoesNotMatch or InvalidSignatureException with another text; services other than S3.
Error invalid_signature(ServiceFamily family, std::string_view message);
/// InvalidAccessKeyId with the id, InvalidClientTokenId or UnrecognizedClientException.
Error unknown_access_key(ServiceFamily family, std::string_view access_key_id);
/// The key needs a session token, and this is not it.
Error invalid_session_token(ServiceFamily family);

/// What S3 tells about a signature that does not match.
struct SignatureReport {
  std::string_view access_key_id;
  std::string_view string_to_sign;
  std::string_view signature_provided;
  std::string_view canonical_request;  ///< Empty for version 2 and POST policies.
};

/// SignatureDoesNotMatch; S3 shows what it would have signed.
Error signature_mismatch(ServiceFamily family, const SignatureReport& report);

/// The clocks of client and server differ by more than 15 minutes.
Error skewed_clock(ServiceFamily family, std::int64_t signed_at_ms, std::int64_t now_ms);

// S3 only, each named by its code: AuthorizationHeaderMalformed, InvalidRequest,
// AuthorizationQueryParametersError, AccessDenied (four wordings), XAmzContentSHA256Mismatch,
// InvalidArgument.
Error authorization_header_malformed(std::string_view reason);
Error unsupported_authorization_type(std::string_view authorization);
Error query_parameters_error(std::string_view message);
Error access_denied(std::string_view message);
Error presigned_expired(const ParsedAuth& auth, std::int64_t now_ms);
Error presigned_not_yet_valid(const ParsedAuth& auth, std::int64_t now_ms);
Error headers_not_signed(std::string_view names);
Error content_sha256_mismatch(std::string_view given, std::string_view computed);
Error invalid_argument(std::string_view message, std::string_view name, std::string_view value);

}  // namespace cumulite::sigv4
