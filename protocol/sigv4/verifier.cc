#include "protocol/sigv4/verifier.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "protocol/sigv4/authorization.h"
#include "protocol/sigv4/canonical_request.h"
#include "protocol/sigv4/errors.h"
#include "protocol/sigv4/limits.h"
#include "protocol/sigv4/presigned_url.h"
#include "protocol/sigv4/signature_v2.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::string_view kStreamingPrefix = "STREAMING-";
constexpr std::string_view kContentSha256 = "x-amz-content-sha256";

bool is_sha256_hex(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), is_digit);
}

/// Presigned URLs of some SDKs hold the header as a parameter.
std::string announced_payload(const http::Request& request) {
  const std::string_view given = request.header(kContentSha256);
  if (!given.empty() || !has_query_v4(request)) return std::string(given);
  return request.query_value("X-Amz-Content-Sha256");
}

bool contains_name(std::string_view signed_headers, std::string_view name) {
  while (!signed_headers.empty()) {
    const std::size_t end = signed_headers.find(';');
    if (http::header_name_equals(signed_headers.substr(0, end), name)) return true;
    if (end == std::string_view::npos) return false;
    signed_headers.remove_prefix(end + 1);
  }
  return false;
}

bool is_amz_header(std::string_view name) {
  constexpr std::string_view kPrefix = "x-amz-";
  return name.size() > kPrefix.size() &&
         http::header_name_equals(name.substr(0, kPrefix.size()), kPrefix);
}

/// What a client could have slipped in behind the signature's back is refused.
Result<void> check_signed_headers(const ParsedAuth& auth, const http::Request& request,
                                  ServiceFamily family) {
  const bool host_signed = contains_name(auth.signed_headers, "host");
  if (family != ServiceFamily::kS3) {
    if (host_signed) return {};
    return invalid_signature(
        family, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  std::string missing = host_signed ? "" : "host";
  for (const http::Header& header : request.headers) {
    if (!is_amz_header(header.name) || contains_name(auth.signed_headers, header.name)) continue;
    if (auth.kind == AuthKind::kQueryV4 && http::header_name_equals(header.name, kContentSha256)) {
      continue;  // Whoever uses a URL may say of the body what its signature does not cover.
    }
    if (!missing.empty()) missing += ", ";
    for (const char c : header.name) {
      missing += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (!missing.empty()) return headers_not_signed(missing);
  return {};
}

Result<void> check_scope_date(const ParsedAuth& auth, ServiceFamily family) {
  const std::string_view day = auth.amz_date.substr(0, 8);
  if (day == auth.scope_date) return {};
  if (family != ServiceFamily::kS3) {
    return invalid_signature(
        family,
        fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
                    "of date from HTTP: '{}' != '{}', from '{}'.",
                    auth.scope_date, day, auth.amz_date));
  }
  const std::string reason = fmt::format(
      "Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"{}\".",
      auth.scope_date, day);
  if (auth.kind == AuthKind::kHeaderV4) return authorization_header_malformed(reason);
  return query_parameters_error("Error parsing the X-Amz-Credential parameter; " + reason);
}

Result<void> check_time(const ParsedAuth& auth, const VerifyContext& context) {
  if (auth.kind == AuthKind::kQueryV4 || auth.kind == AuthKind::kQueryV2) {
    return check_expiry(auth, context.now_ms, context.family);
  }
  const std::int64_t difference_ms = context.now_ms - auth.signed_at_ms;
  if (difference_ms > kSkewMs || difference_ms < -kSkewMs) {
    return skewed_clock(context.family, auth.signed_at_ms, context.now_ms);
  }
  return {};
}

/// A temporary key without its token is as good as an unknown one.
Result<void> check_session_token(const ParsedAuth& auth, const Credentials& credentials,
                                 ServiceFamily family) {
  if (auth.session_token == credentials.session_token) return {};
  if (auth.session_token.empty()) return unknown_access_key(family, auth.access_key_id);
  return invalid_session_token(family);
}

/// The text that stands for the body in the canonical request.
Result<std::string> signed_payload(const ParsedAuth& auth, const http::Request& request,
                                   const VerifyContext& context) {
  const std::string given = announced_payload(request);
  if (context.family == ServiceFamily::kS3) {
    const bool unsigned_header = auth.kind == AuthKind::kQueryV4 &&
                                 request.has_header(kContentSha256) &&
                                 !contains_name(auth.signed_headers, kContentSha256);
    if (unsigned_header) return std::string(kUnsignedPayload);
    if (given.empty()) {
      if (auth.kind == AuthKind::kQueryV4) return std::string(kUnsignedPayload);
      return Error{"InvalidRequest",
                   "Missing required header for this request: x-amz-content-sha256", 400};
    }
    if (given != kUnsignedPayload && !given.starts_with(kStreamingPrefix) &&
        !is_sha256_hex(given)) {
      return invalid_argument(
          "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or "
          "a valid sha256 value.",
          kContentSha256, given);
    }
    return given;
  }
  if (given == kUnsignedPayload) return given;
  return std::string(context.body_sha256);
}

Result<void> verify_v4(const ParsedAuth& auth, const http::Request& request,
                       const Credentials& credentials, const VerifyContext& context) {
  CUMULITE_TRY(check_scope_date(auth, context.family));
  CUMULITE_TRY(check_signed_headers(auth, request, context.family));
  CUMULITE_ASSIGN(const std::string payload, signed_payload(auth, request, context));
  const PathRule rule =
      context.family == ServiceFamily::kS3 ? PathRule::kS3 : PathRule::kNormalized;
  const std::string canonical = canonical_request({request, auth.signed_headers, payload, rule});
  const std::string to_sign = string_to_sign(auth.amz_date, auth.scope, canonical);
  const HmacSha256 key =
      cached_signing_key(credentials.secret_access_key, auth.scope_date, auth.region, auth.service);
  std::string expected;
  append_hex(expected, key.sign(to_sign));
  if (signatures_equal(expected, auth.signature)) return {};
  return signature_mismatch(context.family,
                            {auth.access_key_id, to_sign, auth.signature, canonical});
}

/// SDKs sign "/bucket/" for the operations of a bucket, whether they send the slash or not.
http::Request with_bucket_slash(const http::Request& request, std::string& path) {
  path.assign(request.path).append("/");
  http::Request other = request;
  other.path = path;
  return other;
}

Result<void> verify_v2(const ParsedAuth& auth, const http::Request& request,
                       const Credentials& credentials, const VerifyContext& context) {
  const std::string& secret = credentials.secret_access_key;
  const std::string to_sign = string_to_sign_v2(auth, request, context.virtual_host_bucket);
  if (signatures_equal(signature_v2(secret, to_sign), auth.signature)) return {};
  if (context.virtual_host_bucket.empty() && request.path.rfind('/') == 0) {
    std::string path;
    const http::Request other = with_bucket_slash(request, path);
    const std::string other_text = string_to_sign_v2(auth, other, {});
    if (signatures_equal(signature_v2(secret, other_text), auth.signature)) return {};
  }
  return signature_mismatch(context.family, {auth.access_key_id, to_sign, auth.signature, {}});
}

Error both_ways(ServiceFamily family, const http::Request& request) {
  if (family == ServiceFamily::kS3) {
    return invalid_argument(
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
        "query "
        "string parameter or the Authorization header should be specified",
        "Authorization", request.header("authorization"));
  }
  return invalid_signature(family,
                           "Found both 'X-Amz-Algorithm' as a query-string param and "
                           "'Authorization' as HTTP header.");
}

Result<ParsedAuth> parse_header(const http::Request& request, ServiceFamily family) {
  const std::string_view header = request.header("authorization");
  const std::string_view scheme = header.substr(0, header.find(' '));
  if (scheme == "AWS4-HMAC-SHA256") return parse_header_v4(request, family);
  if (family == ServiceFamily::kS3) {
    if (scheme == "AWS") return parse_header_v2(request);
    return unsupported_authorization_type(header);
  }
  if (scheme.starts_with("AWS4-")) {
    return incomplete_signature(family, fmt::format("Unsupported AWS 'algorithm': '{}'.", scheme));
  }
  return missing_authentication(family);
}

void fill_scope(std::string_view credential, PeekedScope& peeked) {
  const auto scope = parse_credential(credential);
  if (!scope) return;
  peeked = {std::string(scope->access_key_id), std::string(scope->region),
            std::string(scope->service)};
}

}  // namespace

PeekedScope peek_scope(const http::Request& request) {
  constexpr std::string_view kCredential = "Credential=";
  PeekedScope peeked;
  const std::string_view header = request.header("authorization");
  if (const std::size_t at = header.find(kCredential); at != std::string_view::npos) {
    const std::string_view rest = header.substr(at + kCredential.size());
    fill_scope(rest.substr(0, rest.find_first_of(", \t")), peeked);
  } else if (header.starts_with("AWS ")) {
    peeked.access_key_id = header.substr(4, header.find(':') - 4);
    peeked.service = "s3";
  } else if (has_query_v4(request)) {
    fill_scope(request.query_value("X-Amz-Credential"), peeked);
  } else if (has_query_v2(request)) {
    peeked.access_key_id = request.query_value("AWSAccessKeyId");
  }
  return peeked;
}

Result<ParsedAuth> parse_auth(const http::Request& request, ServiceFamily family) {
  const bool in_header = request.has_header("authorization");
  const bool in_query_v4 = has_query_v4(request);
  // Query services have parameters of these names for a signature that AWS does not take any more.
  const bool in_query_v2 = family == ServiceFamily::kS3 && has_query_v2(request);
  if (in_header && (in_query_v4 || in_query_v2)) return both_ways(family, request);
  if (in_header) return parse_header(request, family);
  if (in_query_v4) return parse_query_v4(request, family);
  if (in_query_v2) return parse_query_v2(request);
  return ParsedAuth{};
}

Result<void> check_presigned(const http::Request& request, ServiceFamily family,
                             std::int64_t now_ms) {
  if (has_query_v4(request)) {
    CUMULITE_ASSIGN(const ParsedAuth auth, parse_query_v4(request, family));
    return check_expiry(auth, now_ms, family);
  }
  if (family == ServiceFamily::kS3 && has_query_v2(request)) {
    CUMULITE_ASSIGN(const ParsedAuth auth, parse_query_v2(request));
    return check_expiry(auth, now_ms, family);
  }
  return {};
}

Result<void> verify(const ParsedAuth& auth, const http::Request& request,
                    const CredentialLookup& lookup, const VerifyContext& context) {
  if (auth.kind == AuthKind::kNone) return missing_authentication(context.family);
  const Credentials* credentials = lookup(auth.access_key_id);
  if (credentials == nullptr) return unknown_access_key(context.family, auth.access_key_id);
  CUMULITE_TRY(check_time(auth, context));
  CUMULITE_TRY(check_session_token(auth, *credentials, context.family));
  if (auth.kind == AuthKind::kHeaderV4 || auth.kind == AuthKind::kQueryV4) {
    return verify_v4(auth, request, *credentials, context);
  }
  return verify_v2(auth, request, *credentials, context);
}

bool announces_payload_hash(const http::Request& request) {
  return is_sha256_hex(announced_payload(request));
}

Result<void> check_payload_hash(const http::Request& request, std::string_view body_sha256) {
  const std::string given = announced_payload(request);
  if (!is_sha256_hex(given) || given == body_sha256) return {};
  return content_sha256_mismatch(given, body_sha256);
}

bool signatures_equal(std::string_view expected, std::string_view given) {
  return expected.size() == given.size() &&
         CRYPTO_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

}  // namespace cumulite::sigv4
