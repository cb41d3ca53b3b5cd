#include "protocol/sigv4/signature_v2.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "protocol/codec/base64.h"
#include "protocol/codec/text.h"
#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/errors.h"
#include "protocol/sigv4/sha256.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::string_view kScheme = "AWS ";

/// The parameters that belong to the resource and are signed; all others are not. Sorted.
constexpr std::array<std::string_view, 35> kSignedParameters = {
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
};
static_assert(std::is_sorted(kSignedParameters.begin(), kSignedParameters.end()));

/// Query parameters that stand for headers count as such when the URL is presigned: a browser
/// cannot send them otherwise.
std::string header_or_parameter(const ParsedAuth& auth, const http::Request& request,
                                std::string_view name) {
  if (request.has_header(name) || auth.kind != AuthKind::kQueryV2) {
    return std::string(request.header(name));
  }
  return request.query_value(name);
}

std::string canonical_amz_headers(const ParsedAuth& auth, const http::Request& request) {
  std::map<std::string, std::string> headers;
  const auto add = [&](std::string_view name, std::string_view value) {
    std::string key = codec::lower(name);
    if (!key.starts_with("x-amz-")) return;
    const auto [entry, inserted] = headers.emplace(std::move(key), value);
    if (!inserted) entry->second.append(",").append(value);
  };
  for (const http::Header& header : request.headers) add(header.name, header.value);
  if (auth.kind == AuthKind::kQueryV2) {
    for (const auto& [name, value] : http::parse_query(request.query)) add(name, value);
  }
  std::string out;
  for (const auto& [name, value] : headers) out.append(name).append(":").append(value).append("\n");
  return out;
}

std::string canonical_resource(const http::Request& request, std::string_view bucket) {
  std::string out;
  if (!bucket.empty()) out.append("/").append(bucket);
  out.append(request.path);
  std::map<std::string, std::string> signed_parameters;
  for (const auto& [name, value] : http::parse_query(request.query)) {
    if (std::binary_search(kSignedParameters.begin(), kSignedParameters.end(), name)) {
      signed_parameters.emplace(name, value);
    }
  }
  char separator = '?';
  for (const auto& [name, value] : signed_parameters) {
    out += separator;
    out += name;
    if (!value.empty()) out.append("=").append(value);
    separator = '&';
  }
  return out;
}

}  // namespace

bool has_query_v2(const http::Request& request) {
  if (request.query.find("Signature") == std::string_view::npos &&
      request.query.find("AWSAccessKeyId") == std::string_view::npos) {
    return false;
  }
  return request.has_query("Signature") || request.has_query("AWSAccessKeyId");
}

Result<ParsedAuth> parse_header_v2(const http::Request& request) {
  const std::string_view header = request.header("authorization");
  const std::string_view pair = header.substr(std::min(header.size(), kScheme.size()));
  const std::size_t colon = pair.rfind(':');
  if (!header.starts_with(kScheme) || colon == std::string_view::npos || colon == 0 ||
      pair.find(' ') != std::string_view::npos) {
    return invalid_argument(
        "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", "Authorization",
        header);
  }
  const auto date = parse_date_header(
      request.has_header("x-amz-date") ? request.header("x-amz-date") : request.header("date"));
  if (!date) return access_denied("AWS authentication requires a valid Date or x-amz-date header");
  ParsedAuth auth;
  auth.kind = AuthKind::kHeaderV2;
  auth.access_key_id = pair.substr(0, colon);
  auth.signature = pair.substr(colon + 1);
  auth.session_token = request.header("x-amz-security-token");
  auth.signed_at_ms = *date;
  return auth;
}

Result<ParsedAuth> parse_query_v2(const http::Request& request) {
  if (!request.has_query("Signature") || !request.has_query("Expires") ||
      !request.has_query("AWSAccessKeyId")) {
    return access_denied(
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
        "parameters");
  }
  const std::string key = request.query_value("AWSAccessKeyId");
  const std::string signature = request.query_value("Signature");
  const std::string expires = request.query_value("Expires");
  const std::string token = request.query_value("x-amz-security-token");
  std::int64_t expires_s = 0;
  const auto [end, status] =
      std::from_chars(expires.data(), expires.data() + expires.size(), expires_s);
  constexpr std::int64_t kLatestS = 253'402'300'799;  // The last second of the year 9999.
  if (status != std::errc{} || end != expires.data() + expires.size() || expires_s < 0 ||
      expires_s > kLatestS) {
    return access_denied("Invalid date (should be seconds since epoch): " + expires);
  }
  ParsedAuth auth;
  auth.kind = AuthKind::kQueryV2;
  auth.decoded = std::make_shared<const std::string>(key + signature + expires + token);
  const std::string_view all = *auth.decoded;
  auth.access_key_id = all.substr(0, key.size());
  auth.signature = all.substr(key.size(), signature.size());
  auth.expires = all.substr(key.size() + signature.size(), expires.size());
  auth.session_token = all.substr(all.size() - token.size());
  if (token.empty()) auth.session_token = request.header("x-amz-security-token");
  auth.expires_at_ms = expires_s * 1000;
  return auth;
}

std::string string_to_sign_v2(const ParsedAuth& auth, const http::Request& request,
                              std::string_view virtual_host_bucket) {
  std::string out(request.method);
  out.append("\n").append(header_or_parameter(auth, request, "content-md5"));
  out.append("\n").append(header_or_parameter(auth, request, "content-type"));
  out.append("\n");
  if (auth.kind == AuthKind::kQueryV2) {
    out.append(auth.expires);
  } else if (!request.has_header("x-amz-date")) {  // Otherwise it is signed among its kind.
    out.append(request.header("date"));
  }
  out.append("\n").append(canonical_amz_headers(auth, request));
  return out.append(canonical_resource(request, virtual_host_bucket));
}

std::string signature_v2(std::string_view secret, std::string_view string_to_sign) {
  return codec::base64_encode(hmac_sha1(secret, string_to_sign));
}

}  // namespace cumulite::sigv4
