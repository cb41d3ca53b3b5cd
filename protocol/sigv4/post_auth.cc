#include "protocol/sigv4/post_auth.h"

#include <initializer_list>

#include <fmt/format.h>

#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/authorization.h"
#include "protocol/sigv4/errors.h"
#include "protocol/sigv4/signature_v2.h"

namespace cumulite::sigv4 {
namespace {

Error missing_field(std::string_view name) {
  return invalid_argument(fmt::format("Bucket POST must contain a field named '{}'.  If it is "
                                      "specified, please check the order of the fields.",
                                      name),
                          name, "");
}

Result<void> require_fields(const PostForm& form, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (form.find(name) == nullptr) return missing_field(name);
  }
  return {};
}

bool has_any(const PostForm& form, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (form.find(name) != nullptr) return true;
  }
  return false;
}

std::string_view text_of(const PostForm& form, std::string_view name) {
  const std::string* value = form.find(name);
  return value == nullptr ? std::string_view{} : std::string_view(*value);
}

Result<ParsedAuth> parse_v4(const PostForm& form) {
  CUMULITE_TRY(require_fields(
      form, {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature", "policy"}));
  const std::string_view algorithm = text_of(form, "X-Amz-Algorithm");
  if (algorithm != "AWS4-HMAC-SHA256") {
    return invalid_argument(
        "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"",
        "X-Amz-Algorithm", algorithm);
  }
  const std::string_view credential = text_of(form, "X-Amz-Credential");
  const auto scope = parse_credential(credential);
  if (!scope || scope->terminator != "aws4_request") {
    return invalid_argument(
        "the Credential is mal-formed; expecting "
        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        "X-Amz-Credential", credential);
  }
  if (scope->access_key_id.empty()) {
    return invalid_argument("a non-empty Access Key (AKID) must be provided in the credential.",
                            "X-Amz-Credential", credential);
  }
  ParsedAuth auth;
  auth.kind = AuthKind::kQueryV4;
  auth.amz_date = text_of(form, "X-Amz-Date");
  const auto signed_at_ms = parse_amz_date(auth.amz_date);
  if (!signed_at_ms) {
    return invalid_argument("X-Amz-Date must be formated via ISO8601 Long format", "X-Amz-Date",
                            auth.amz_date);
  }
  auth.signed_at_ms = *signed_at_ms;
  auth.access_key_id = scope->access_key_id;
  auth.scope = scope->scope;
  auth.scope_date = scope->date;
  auth.region = scope->region;
  auth.service = scope->service;
  auth.signature = text_of(form, "X-Amz-Signature");
  return auth;
}

Result<ParsedAuth> parse_v2(const PostForm& form) {
  CUMULITE_TRY(require_fields(form, {"AWSAccessKeyId", "Signature", "policy"}));
  ParsedAuth auth;
  auth.kind = AuthKind::kQueryV2;
  auth.access_key_id = text_of(form, "AWSAccessKeyId");
  auth.signature = text_of(form, "Signature");
  return auth;
}

std::string signature_of(const ParsedAuth& auth, const Credentials& credentials,
                         std::string_view policy) {
  if (auth.kind == AuthKind::kQueryV2) return signature_v2(credentials.secret_access_key, policy);
  const HmacSha256 key =
      cached_signing_key(credentials.secret_access_key, auth.scope_date, auth.region, auth.service);
  std::string signature;
  append_hex(signature, key.sign(policy));
  return signature;
}

}  // namespace

Result<ParsedAuth> parse_post_auth(const PostForm& form) {
  const bool is_v4 =
      has_any(form, {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"});
  const bool is_v2 = has_any(form, {"AWSAccessKeyId", "Signature"});
  if (!is_v4 && !is_v2) {
    if (form.find("Policy") != nullptr) return access_denied("Access Denied");
    return ParsedAuth{};
  }
  CUMULITE_ASSIGN(ParsedAuth auth, is_v4 ? parse_v4(form) : parse_v2(form));
  auth.session_token = text_of(form, "X-Amz-Security-Token");
  return auth;
}

Result<void> verify_post(const ParsedAuth& auth, const PostForm& form,
                         const CredentialLookup& lookup) {
  if (auth.kind == AuthKind::kNone) return missing_authentication(ServiceFamily::kS3);
  const Credentials* credentials = lookup(auth.access_key_id);
  if (credentials == nullptr) return unknown_access_key(ServiceFamily::kS3, auth.access_key_id);
  if (auth.session_token != credentials->session_token) {
    if (auth.session_token.empty()) {
      return unknown_access_key(ServiceFamily::kS3, auth.access_key_id);
    }
    return invalid_session_token(ServiceFamily::kS3);
  }
  // The text is signed as it was sent: a broken policy is a broken signature first.
  const std::string_view policy = text_of(form, "Policy");
  if (signatures_equal(signature_of(auth, *credentials, policy), auth.signature)) return {};
  return signature_mismatch(ServiceFamily::kS3,
                            {auth.access_key_id, policy, auth.signature, std::string_view{}});
}

}  // namespace cumulite::sigv4
