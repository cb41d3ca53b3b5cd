#include "emulator/core/authenticator.h"

#include <utility>

#include "emulator/core/log.h"
#include "protocol/sigv4/errors.h"
#include "protocol/sigv4/presigned_url.h"
#include "protocol/sigv4/sha256.h"
#include "protocol/sigv4/signature_v2.h"
#include "protocol/sigv4/verifier.h"
#include "protocol/time_units.h"

namespace cumulite {
namespace {

/// What SDKs call the place of global endpoints. Nothing can be in it, so nothing is signed for it.
constexpr std::string_view kPseudoRegion = "aws-global";

bool is_presigned(const sigv4::ParsedAuth& auth) {
  return auth.kind == sigv4::AuthKind::kQueryV4 || auth.kind == sigv4::AuthKind::kQueryV2;
}

/// The bucket of a virtual-host request: it is not in the path.
std::string_view virtual_host_bucket(const http::Request& request, const route::Route& route) {
  const std::string_view bucket = route.label("Bucket");
  if (bucket.empty()) return {};
  std::string_view path = request.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  return path.substr(0, path.find('/')) == bucket ? std::string_view{} : bucket;
}

bool judges_anonymous_calls(const route::Route& route) {
  // Whose form it is stands in its body; the service then judges it (Service::authorize).
  if (route.service == nullptr) return route.kind == route::Kind::kForm;
  return route.service->id == "sqs" || route.service->id == "sns" || route.service->id == "sts";
}

const std::string& canonical_id(std::string_view account_id) {
  // Nearly all requests of a thread are one account's; hashing for each of them would be waste.
  thread_local std::string account;
  thread_local std::string id;
  if (account != account_id) {
    id = canonical_user_id_of(account_id);
    account = account_id;
  }
  return id;
}

// A URL of version 2 tells when it expires and not when it was signed. People choose whole minutes,
// or below one whole five seconds: it was signed that long before, the last time that has passed.
std::int64_t signed_at_of_v2(const sigv4::ParsedAuth& auth, std::int64_t real_ms) {
  constexpr std::int64_t kFiveSecondsMs = 5 * kSecondMs;
  const std::int64_t left_ms = auth.expires_at_ms - real_ms;
  if (left_ms <= 0) return real_ms;
  const std::int64_t step_ms = left_ms <= kMinuteMs ? kFiveSecondsMs : kMinuteMs;
  return auth.expires_at_ms - (left_ms + step_ms - 1) / step_ms * step_ms;
}

}  // namespace

sigv4::ServiceFamily family_of(const route::Route& route) {
  switch (route.format) {
    case wire::Format::kJson:
      return sigv4::ServiceFamily::kJson;
    case wire::Format::kQuery:
    case wire::Format::kQueryJson:
      return sigv4::ServiceFamily::kQuery;
    case wire::Format::kRestJson:
      return sigv4::ServiceFamily::kRestJson;
    case wire::Format::kRestXml:
      break;
  }
  return sigv4::ServiceFamily::kS3;
}

void Authenticator::identify(const http::Request& request, const route::Route& route,
                             Found& found) const {
  auto scope = sigv4::peek_scope(request);
  Caller& caller = found.caller;
  caller.anonymous = scope.access_key_id.empty();
  caller.account_id = credentials_.account_of(scope.access_key_id);
  caller.region = scope.region.empty() ? settings_.default_region : std::move(scope.region);
  if (route.format == wire::Format::kRestXml) {
    const Identity* identity = credentials_.find(scope.access_key_id);
    caller.canonical_user_id =
        identity != nullptr ? identity->canonical_user_id : canonical_id(caller.account_id);
    caller.display_name = identity != nullptr ? identity->display_name : "cumulite";
  }
  caller.access_key_id = std::move(scope.access_key_id);
}

std::int64_t Authenticator::time_for(const Found& found) const {
  const std::int64_t real_ms = real_now_ms();
  // A client signs by its own clock, which nobody advances: its skew is measured in real time.
  if (!is_presigned(found.auth)) return real_ms;
  // A presigned URL ages in virtual time from the instant at which it was signed.
  const std::string_view account = found.caller.account_id;
  const std::int64_t signed_ms = found.auth.kind == sigv4::AuthKind::kQueryV2
                                     ? signed_at_of_v2(found.auth, real_ms)
                                     : found.auth.signed_at_ms;
  if (signed_ms <= 0 || signed_ms > real_ms) return clock_.now_ms(account);
  return signed_ms + clock_.now_ms(account) - clock_.virtual_of_real(signed_ms, account);
}

Result<void> Authenticator::check_lifetime(const Found& found, sigv4::ServiceFamily family) const {
  const auto issued = credentials_.issued().find(found.caller.access_key_id);
  if (issued == nullptr || issued->expires_ms == 0) return {};
  if (clock_.now_ms(found.caller.account_id) < issued->expires_ms) return {};
  switch (family) {
    case sigv4::ServiceFamily::kS3:
      return Error{"ExpiredToken", "The provided token has expired.", 400};
    case sigv4::ServiceFamily::kQuery:
      return Error{"ExpiredToken", "The security token included in the request is expired", 403};
    case sigv4::ServiceFamily::kRestJson:
      return Error{"ExpiredTokenException", "The security token included in the request is expired",
                   403};
    case sigv4::ServiceFamily::kJson:
      break;
  }
  return Error{"ExpiredTokenException", "The security token included in the request is expired",
               400};
}

Result<void> Authenticator::judged(Result<void> verdict, const Found& found) const {
  if (verdict.ok() || enforces()) return verdict;
  log::warning("enforce would refuse the key '{}': {}: {}", found.caller.access_key_id,
               verdict.error().code, verdict.error().message);
  return {};
}

Result<void> Authenticator::on_head(const http::Request& request, const route::Route& route,
                                    Found& found) const {
  identify(request, route, found);
  if (route.kind == route::Kind::kPreflight || route.kind == route::Kind::kHealthCheck) return {};
  const sigv4::ServiceFamily family = family_of(route);
  if (family == sigv4::ServiceFamily::kS3 && found.caller.region == kPseudoRegion) {
    return sigv4::authorization_header_malformed(
               "the region 'aws-global' is wrong; expecting 'us-east-1'")
        .with("Region", "us-east-1");
  }
  if (settings_.auth == AuthMode::kOff) {
    const bool has_query_auth =
        !request.query.empty() &&
        (sigv4::has_query_v4(request) ||
         (family == sigv4::ServiceFamily::kS3 && sigv4::has_query_v2(request)));
    if (!has_query_auth) return {};
    CUMULITE_ASSIGN(found.auth, sigv4::parse_auth(request, family));
    return sigv4::check_expiry(found.auth, time_for(found), family);
  }
  auto parsed = sigv4::parse_auth(request, family);
  if (!parsed.ok()) return judged(std::move(parsed).error(), found);
  found.auth = std::move(parsed).value();
  if (!route.label("UrlId").empty()) return on_function_url(request, found);
  if (family != sigv4::ServiceFamily::kS3) return {};
  // Anonymous calls of S3, browser uploads among them, are the business of its access rules.
  if (found.auth.kind == sigv4::AuthKind::kNone) return {};
  CUMULITE_TRY(judged(check_lifetime(found, family), found));
  const sigv4::VerifyContext context{
      family, time_for(found), {}, virtual_host_bucket(request, route)};
  const auto lookup = [&](std::string_view key) { return credentials_.find_credentials(key); };
  return judged(sigv4::verify(found.auth, request, lookup, context), found);
}

Result<void> Authenticator::on_function_url(const http::Request& request,
                                            const Found& found) const {
  // Whether it lets anybody in is the URL's own configuration.
  if (found.auth.kind == sigv4::AuthKind::kNone) return {};
  CUMULITE_TRY(judged(check_lifetime(found, sigv4::ServiceFamily::kRestJson), found));
  // Its body is spooled: the hash that the header names is compared when it is complete.
  std::string hash(request.header("x-amz-content-sha256"));
  if (hash.empty()) sigv4::append_hex(hash, sigv4::sha256({}));
  const sigv4::VerifyContext context{sigv4::ServiceFamily::kRestJson, time_for(found), hash, {}};
  const auto lookup = [&](std::string_view key) { return credentials_.find_credentials(key); };
  return judged(sigv4::verify(found.auth, request, lookup, context), found);
}

Result<void> Authenticator::on_body(const http::Request& request, const route::Route& route,
                                    std::string_view body, const Found& found) const {
  const sigv4::ServiceFamily family = family_of(route);
  if (settings_.auth == AuthMode::kOff || family == sigv4::ServiceFamily::kS3) return {};
  // Policies of queues and topics may let anybody in, nobody signs the links in mails, and to STS
  // the token of another identity provider may take the place of a signature.
  if (found.auth.kind == sigv4::AuthKind::kNone && judges_anonymous_calls(route)) return {};
  CUMULITE_TRY(judged(check_lifetime(found, family), found));
  std::string hash;
  sigv4::append_hex(hash, sigv4::sha256(body));
  const sigv4::VerifyContext context{family, time_for(found), hash, {}};
  const auto lookup = [&](std::string_view key) { return credentials_.find_credentials(key); };
  return judged(sigv4::verify(found.auth, request, lookup, context), found);
}

}  // namespace cumulite
