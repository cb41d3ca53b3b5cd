#include "protocol/sigv4/presigned_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/authorization.h"
#include "protocol/sigv4/errors.h"
#include "protocol/sigv4/limits.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::int64_t kExpiresMaxS = 604'800;

enum Parameter : std::size_t {
  kSigningAlgorithm,
  kCredential,
  kSignature,
  kDate,
  kSignedHeaders,
  kExpires,
  kSecurityToken,
  kParameterCount,
};

constexpr std::array<std::string_view, kParameterCount> kNames = {
    "X-Amz-Algorithm",     "X-Amz-Credential", "X-Amz-Signature",     "X-Amz-Date",
    "X-Amz-SignedHeaders", "X-Amz-Expires",    "X-Amz-Security-Token"};

using Parameters = std::array<std::optional<std::string_view>, kParameterCount>;

/// The first value of each parameter, decoded into `buffer`.
Parameters read_parameters(std::string_view query, std::string& buffer) {
  Parameters parameters;
  buffer.reserve(query.size());  // Decoding never lengthens, so the views into it stay valid.
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    const std::size_t equals = std::min(piece.find('='), piece.size());
    const auto* name = std::find(kNames.begin(), kNames.end(), piece.substr(0, equals));
    if (name == kNames.end()) continue;
    auto& value = parameters[static_cast<std::size_t>(name - kNames.begin())];
    if (value.has_value()) continue;
    const std::size_t start = buffer.size();
    buffer += http::percent_decode(piece.substr(std::min(equals + 1, piece.size())), true);
    value = std::string_view(buffer).substr(start);
  }
  return parameters;
}

Result<void> require_parameters(const Parameters& parameters, ServiceFamily family) {
  std::string missing;
  for (std::size_t i = kSigningAlgorithm; i <= kExpires; ++i) {
    const bool needed = i != kExpires || family == ServiceFamily::kS3;
    if (!needed || parameters[i].has_value()) continue;
    missing += fmt::format("AWS query-string parameters must include '{}'. ", kNames[i]);
  }
  if (missing.empty()) return {};
  if (family == ServiceFamily::kS3) {
    return query_parameters_error(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  return incomplete_signature(family, missing + "Re-examine the query-string parameters.");
}

/// S3 has a code of its own for each form error of the query, the others share one.
Error malformed(ServiceFamily family, std::string_view message) {
  return family == ServiceFamily::kS3 ? query_parameters_error(message)
                                      : incomplete_signature(family, message);
}

Result<std::int64_t> parse_expires_s(std::string_view text, ServiceFamily family) {
  std::int64_t seconds = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = !text.empty() && end == text.data() + text.size();
  if (!is_number || status == std::errc::invalid_argument) {
    return malformed(family, "X-Amz-Expires should be a number");
  }
  if (text.front() == '-') return malformed(family, "X-Amz-Expires must be non-negative");
  if (status == std::errc::result_out_of_range || seconds > kExpiresMaxS) {
    return malformed(family,
                     "X-Amz-Expires must be less than a week (in seconds); that is, the given "
                     "X-Amz-Expires must be less than 604800 seconds");
  }
  return seconds;
}

Result<void> read_scope(std::string_view credential, ServiceFamily family, ParsedAuth& auth) {
  const auto scope = parse_credential(credential);
  if (!scope || scope->terminator != "aws4_request" || scope->access_key_id.empty()) {
    return malformed(family,
                     "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
                     "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  }
  auth.access_key_id = scope->access_key_id;
  auth.scope = scope->scope;
  auth.scope_date = scope->date;
  auth.region = scope->region;
  auth.service = scope->service;
  return {};
}

Result<void> read_time(const Parameters& parameters, ServiceFamily family, ParsedAuth& auth) {
  auth.amz_date = *parameters[kDate];
  const auto signed_at_ms = parse_amz_date(auth.amz_date);
  if (!signed_at_ms) {
    return malformed(family,
                     "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  auth.signed_at_ms = *signed_at_ms;
  // Only S3 insists on the parameter; elsewhere the usual tolerance of clocks holds.
  auth.expires = parameters[kExpires].value_or("900");
  CUMULITE_ASSIGN(const std::int64_t expires_s, parse_expires_s(auth.expires, family));
  auth.expires_at_ms = auth.signed_at_ms + expires_s * 1000;
  return {};
}

}  // namespace

bool has_query_v4(const http::Request& request) {
  // Nearly all requests end here: the comparison of every name is for those that have a chance.
  if (request.query.find("X-Amz-") == std::string_view::npos) return false;
  return request.has_query(kNames[kSignature]) || request.has_query(kNames[kCredential]) ||
         request.has_query(kNames[kSigningAlgorithm]);
}

Result<ParsedAuth> parse_query_v4(const http::Request& request, ServiceFamily family) {
  auto buffer = std::make_shared<std::string>();
  const Parameters parameters = read_parameters(request.query, *buffer);
  CUMULITE_TRY(require_parameters(parameters, family));
  if (*parameters[kSigningAlgorithm] != "AWS4-HMAC-SHA256") {
    return malformed(
        family, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"");
  }
  ParsedAuth auth;
  auth.kind = AuthKind::kQueryV4;
  auth.decoded = std::move(buffer);
  CUMULITE_TRY(read_scope(*parameters[kCredential], family, auth));
  CUMULITE_TRY(read_time(parameters, family, auth));
  auth.signed_headers = *parameters[kSignedHeaders];
  auth.signature = *parameters[kSignature];
  auth.session_token = parameters[kSecurityToken].value_or("");
  return auth;
}

Result<void> check_expiry(const ParsedAuth& auth, std::int64_t now_ms, ServiceFamily family) {
  if (auth.kind != AuthKind::kQueryV4 && auth.kind != AuthKind::kQueryV2) return {};
  const bool early = auth.kind == AuthKind::kQueryV4 && now_ms < auth.signed_at_ms - kSkewMs;
  const bool late = now_ms >= auth.expires_at_ms;
  if (!early && !late) return {};
  if (family != ServiceFamily::kS3) return skewed_clock(family, auth.signed_at_ms, now_ms);
  return early ? presigned_not_yet_valid(auth, now_ms) : presigned_expired(auth, now_ms);
}

}  // namespace cumulite::sigv4
