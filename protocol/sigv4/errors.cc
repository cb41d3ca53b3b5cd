#include "protocol/sigv4/errors.h"

#include <fmt/format.h>

#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/limits.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::string_view kS3Mismatch =
    "The request signature we calculated does not match the signature you provided. Check your key "
    "and signing method.";
constexpr std::string_view kOtherMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";
constexpr std::string_view kInvalidToken = "The security token included in the request is invalid.";

/// Query services name their codes without "Exception".
std::string code_of(ServiceFamily family, std::string_view stem) {
  return family == ServiceFamily::kQuery ? std::string(stem) : fmt::format("{}Exception", stem);
}

/// "30 32 30": the bytes of a text as S3 shows them, so that invisible characters can be seen.
std::string spaced_hex(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (const char c : text) {
    fmt::format_to(std::back_inserter(out), "{}{:02x}", out.empty() ? "" : " ",
                   static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

Error missing_authentication(ServiceFamily family) {
  if (family == ServiceFamily::kS3) return access_denied("Access Denied");
  const int status = family == ServiceFamily::kQuery ? 403 : 400;
  return {code_of(family, "MissingAuthenticationToken"), "Request is missing Authentication Token",
          status};
}

Error incomplete_signature(ServiceFamily family, std::string_view message) {
  return {code_of(family, "IncompleteSignature"), std::string(message), 400};
}

Error invalid_signature(ServiceFamily family, std::string_view message) {
  if (family == ServiceFamily::kQuery) return {"SignatureDoesNotMatch", std::string(message), 403};
  const int status = family == ServiceFamily::kRestJson ? 403 : 400;
  return {"InvalidSignatureException", std::string(message), status};
}

Error unknown_access_key(ServiceFamily family, std::string_view access_key_id) {
  if (family == ServiceFamily::kS3) {
    return Error{"InvalidAccessKeyId",
                 "The AWS Access Key Id you provided does not exist in our records.", 403}
        .with("AWSAccessKeyId", access_key_id);
  }
  if (family == ServiceFamily::kQuery) {
    return {"InvalidClientTokenId", std::string(kInvalidToken), 403};
  }
  return {"UnrecognizedClientException", std::string(kInvalidToken), 400};
}

Error invalid_session_token(ServiceFamily family) {
  if (family == ServiceFamily::kS3) {
    return {"InvalidToken", "The provided token is malformed or otherwise invalid.", 400};
  }
  return unknown_access_key(family, {});
}

Error signature_mismatch(ServiceFamily family, const SignatureReport& report) {
  if (family != ServiceFamily::kS3) return invalid_signature(family, kOtherMismatch);
  Error error = Error{"SignatureDoesNotMatch", std::string(kS3Mismatch), 403}
                    .with("AWSAccessKeyId", report.access_key_id)
                    .with("StringToSign", report.string_to_sign)
                    .with("SignatureProvided", report.signature_provided)
                    .with("StringToSignBytes", spaced_hex(report.string_to_sign));
  if (report.canonical_request.empty()) return error;
  return std::move(error)
      .with("CanonicalRequest", report.canonical_request)
      .with("CanonicalRequestBytes", spaced_hex(report.canonical_request));
}

Error skewed_clock(ServiceFamily family, std::int64_t signed_at_ms, std::int64_t now_ms) {
  const std::string signed_at = format_amz_date(signed_at_ms);
  if (family == ServiceFamily::kS3) {
    return Error{"RequestTimeTooSkewed",
                 "The difference between the request time and the current time is too large.", 403}
        .with("RequestTime", signed_at)
        .with("ServerTime", format_iso_date(now_ms))
        .with("MaxAllowedSkewMilliseconds", fmt::to_string(kSkewMs));
  }
  const std::string now = format_amz_date(now_ms);
  if (signed_at_ms < now_ms) {
    return invalid_signature(
        family, fmt::format("Signature expired: {} is now earlier than {} ({} - 15 min.)",
                            signed_at, format_amz_date(now_ms - kSkewMs), now));
  }
  return invalid_signature(
      family, fmt::format("Signature not yet current: {} is still later than {} ({} + 15 min.)",
                          signed_at, format_amz_date(now_ms + kSkewMs), now));
}

Error authorization_header_malformed(std::string_view reason) {
  return {"AuthorizationHeaderMalformed",
          fmt::format("The authorization header is malformed; {}", reason), 400};
}

Error unsupported_authorization_type(std::string_view authorization) {
  return invalid_argument("Unsupported Authorization Type", "Authorization", authorization);
}

Error query_parameters_error(std::string_view message) {
  return {"AuthorizationQueryParametersError", std::string(message), 400};
}

Error access_denied(std::string_view message) {
  return {"AccessDenied", std::string(message), 403};
}

Error presigned_expired(const ParsedAuth& auth, std::int64_t now_ms) {
  Error error = access_denied("Request has expired");
  if (auth.kind == AuthKind::kQueryV4) {
    error.fields.push_back({"X-Amz-Expires", std::string(auth.expires)});
  }
  return std::move(error)
      .with("Expires", format_iso_date(auth.expires_at_ms))
      .with("ServerTime", format_iso_date(now_ms));
}

Error presigned_not_yet_valid(const ParsedAuth& auth, std::int64_t now_ms) {
  return access_denied("Request is not yet valid")
      .with("X-Amz-Expires", auth.expires)
      .with("Expires", format_iso_date(auth.expires_at_ms))
      .with("ServerTime", format_iso_date(now_ms));
}

Error headers_not_signed(std::string_view names) {
  return access_denied("There were headers present in the request which were not signed")
      .with("HeadersNotSigned", names);
}

Error content_sha256_mismatch(std::string_view given, std::string_view computed) {
  return Error{"XAmzContentSHA256Mismatch",
               "The provided 'x-amz-content-sha256' header does not match what was computed.", 400}
      .with("ClientComputedContentSHA256", given)
      .with("S3ComputedContentSHA256", computed);
}

Error invalid_argument(std::string_view message, std::string_view name, std::string_view value) {
  return Error{"InvalidArgument", std::string(message), 400}
      .with("ArgumentName", name)
      .with("ArgumentValue", value);
}

}  // namespace cumulite::sigv4
