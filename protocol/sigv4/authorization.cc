#include "protocol/sigv4/authorization.h"

#include <string>

#include <fmt/format.h>

#include "protocol/codec/text.h"
#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/errors.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// Cuts the last part off `text` at its last slash; false when there is none.
bool cut_last(std::string_view& text, std::string_view& part) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return false;
  part = text.substr(slash + 1);
  text = text.substr(0, slash);
  return true;
}

struct Components {
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
};

Error not_a_pair(std::string_view component, std::string_view header, ServiceFamily family) {
  if (family == ServiceFamily::kS3) {
    return authorization_header_malformed(
        fmt::format("the authorization component \"{}\" is malformed.", component));
  }
  return incomplete_signature(
      family, fmt::format("'{}' not a valid key=value pair (missing equal-sign) in Authorization "
                          "header: '{}'.",
                          component, header));
}

Result<Components> parse_components(std::string_view header, ServiceFamily family) {
  Components components;
  std::string_view rest = header.substr(kAlgorithm.size());
  // The services but S3 take blanks for commas.
  const std::string_view separators = family == ServiceFamily::kS3 ? "," : ", \t";
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of(separators);
    const std::string_view component = codec::trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (component.empty()) continue;
    const std::size_t equals = component.find('=');
    if (equals == std::string_view::npos) return not_a_pair(component, header, family);
    const std::string_view name = component.substr(0, equals);
    const std::string_view value = component.substr(equals + 1);
    if (name == "Credential") components.credential = value;
    if (name == "SignedHeaders") components.signed_headers = value;
    if (name == "Signature") components.signature = value;
  }
  return components;
}

/// AWS names all that is missing in one message.
std::string missing_parts(const Components& components, bool has_date, std::string_view header) {
  std::string message;
  const auto require = [&](std::string_view value, std::string_view name) {
    if (value.empty())
      message += fmt::format("Authorization header requires '{}' parameter. ", name);
  };
  require(components.credential, "Credential");
  require(components.signature, "Signature");
  require(components.signed_headers, "SignedHeaders");
  if (!has_date) {
    message +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!message.empty()) message += fmt::format("Authorization={}", header);
  return message;
}

Result<void> require_components(const Components& components, const http::Request& request,
                                ServiceFamily family) {
  const bool has_date = request.has_header("x-amz-date") || request.has_header("date");
  if (family != ServiceFamily::kS3) {
    const std::string message =
        missing_parts(components, has_date, request.header("authorization"));
    if (!message.empty()) return incomplete_signature(family, message);
    return {};
  }
  if (components.credential.empty() || components.signed_headers.empty() ||
      components.signature.empty()) {
    return authorization_header_malformed(
        "the authorization header requires three components: Credential, SignedHeaders, and "
        "Signature.");
  }
  if (!has_date) {
    return access_denied("AWS authentication requires a valid Date or x-amz-date header");
  }
  return {};
}

Result<CredentialScope> require_scope(std::string_view credential, ServiceFamily family) {
  const auto scope = parse_credential(credential);
  if (family == ServiceFamily::kS3) {
    if (!scope || scope->terminator != "aws4_request") {
      return authorization_header_malformed(
          "the Credential is mal-formed; expecting "
          "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
    }
    if (scope->access_key_id.empty()) {
      return authorization_header_malformed(
          "a non-empty Access Key (AKID) must be provided in the credential.");
    }
    return *scope;
  }
  if (!scope) {
    return incomplete_signature(
        family, fmt::format("Credential must have exactly 5 slash-delimited elements, e.g. "
                            "keyid/date/region/service/term, got '{}'",
                            credential));
  }
  if (scope->terminator != "aws4_request") {
    return invalid_signature(
        family, fmt::format("Credential should be scoped with a valid terminator: 'aws4_request', "
                            "not '{}'.",
                            scope->terminator));
  }
  return *scope;
}

/// Fills amz_date and signed_at_ms. A Date header in the long format is signed in the short one.
Result<void> read_date(const http::Request& request, ServiceFamily family, ParsedAuth& auth) {
  const std::string_view given =
      request.has_header("x-amz-date") ? request.header("x-amz-date") : request.header("date");
  const auto unix_ms = parse_date_header(given);
  if (!unix_ms) {
    if (family == ServiceFamily::kS3) {
      return access_denied("AWS authentication requires a valid Date or x-amz-date header");
    }
    return incomplete_signature(
        family, fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                            "http://en.wikipedia.org/wiki/ISO_8601",
                            given));
  }
  auth.signed_at_ms = *unix_ms;
  auth.amz_date = given;
  if (!parse_amz_date(given)) {
    auth.decoded = std::make_shared<const std::string>(format_amz_date(*unix_ms));
    auth.amz_date = *auth.decoded;
  }
  return {};
}

}  // namespace

std::optional<CredentialScope> parse_credential(std::string_view credential) {
  CredentialScope scope;
  std::string_view rest = credential;
  if (!cut_last(rest, scope.terminator) || !cut_last(rest, scope.service) ||
      !cut_last(rest, scope.region) || !cut_last(rest, scope.date)) {
    return std::nullopt;
  }
  scope.access_key_id = rest;
  scope.scope = credential.substr(rest.size() + 1);
  return scope;
}

Result<ParsedAuth> parse_header_v4(const http::Request& request, ServiceFamily family) {
  const std::string_view header = request.header("authorization");
  CUMULITE_ASSIGN(const Components components, parse_components(header, family));
  CUMULITE_TRY(require_components(components, request, family));
  CUMULITE_ASSIGN(const CredentialScope scope, require_scope(components.credential, family));
  ParsedAuth auth;
  auth.kind = AuthKind::kHeaderV4;
  auth.access_key_id = scope.access_key_id;
  auth.scope = scope.scope;
  auth.scope_date = scope.date;
  auth.region = scope.region;
  auth.service = scope.service;
  auth.signed_headers = components.signed_headers;
  auth.signature = components.signature;
  auth.session_token = request.header("x-amz-security-token");
  CUMULITE_TRY(read_date(request, family, auth));
  return auth;
}

}  // namespace cumulite::sigv4
