#include "emulator/services/sts/operations.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/credentials.h"
#include "emulator/services/iam/service.h"
#include "emulator/services/sts/sessions.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"
#include "protocol/time_units.h"

namespace cumulite::sts {
namespace {

using nlohmann::json;

constexpr std::int32_t kRoleSecondsDefault = 3600;
constexpr std::int32_t kSessionSecondsDefault = 12 * 3600;
constexpr std::int32_t kPolicyCharactersMax = 2048;

Error malformed_policy(std::string_view why) {
  return {"MalformedPolicyDocument", std::string(why), 400};
}

/// Session policies are checked for their form and, like every policy of IAM, not enforced.
Result<std::optional<std::int32_t>> packed_size(const std::optional<std::string>& policy) {
  if (!policy) return std::optional<std::int32_t>{};
  const json document = json::parse(*policy, nullptr, false);
  if (!document.is_object()) return malformed_policy("The policy is not in the valid JSON format.");
  if (!document.contains("Statement")) return malformed_policy("Syntax errors in policy.");
  const auto characters = static_cast<std::int32_t>(policy->size());
  return std::optional(std::max(1, characters * 100 / kPolicyCharactersMax));
}

/// Who calls: the holder of an issued key, else the account itself.
IssuedKey caller_of(const Context& ctx) {
  if (ctx.env.credentials != nullptr) {
    if (const auto issued = ctx.env.credentials->issued().find(ctx.caller.access_key_id)) {
      return *issued;
    }
  }
  IssuedKey root;
  root.identity.account_id = ctx.caller.account_id;
  root.arn = fmt::format("arn:aws:iam::{}:root", ctx.caller.account_id);
  root.user_id = ctx.caller.account_id;
  return root;
}

api::Credentials show(const IssuedKey& key) {
  const sigv4::Credentials& credentials = key.identity.credentials;
  api::Credentials shown;
  shown.AccessKeyId = credentials.access_key_id;
  shown.SecretAccessKey = credentials.secret_access_key;
  shown.SessionToken = credentials.session_token;
  // Told in whole seconds, and never later than it is.
  shown.Expiration = model::Timestamp{whole_seconds(key.expires_ms)};
  return shown;
}

struct RoleName {
  std::string account;
  std::string name;  ///< Without its path.
};

Result<RoleName> parse_role(const std::string& arn) {
  auto parsed = parse_arn(arn);
  const bool is_role = parsed && parsed->is_of("iam") && parsed->region.empty() &&
                       is_account_id(parsed->account) && take_prefix(parsed->resource, "role/");
  RoleName role;
  if (is_role) {
    role.account = parsed->account;
    role.name = parsed->resource.substr(parsed->resource.rfind('/') + 1);
  }
  if (role.name.empty()) return Error{"ValidationError", arn + " is invalid", 400};
  return role;
}

/// Of a role that nobody made: it stays the same for the same ARN.
std::string made_up_role_id(const std::string& arn) {
  constexpr std::size_t kCharacters = 17;
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const std::string digest = checksum::digest(checksum::Algorithm::kSha256, arn);
  std::string id = "AROA";
  for (std::size_t i = 0; i < kCharacters; ++i) {
    id += kAlphabet[static_cast<unsigned char>(digest[i]) % kAlphabet.size()];
  }
  return id;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// Checks the tags of a session; answers those that its own sessions inherit, in lower case: tag
/// keys differ by more than case.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
Result<std::vector<std::string>> check_tags(
    const std::optional<std::vector<api::Tag>>& tags,
    const std::optional<std::vector<std::string>>& transitive, std::vector<std::string> inherited) {
  const auto refuse = [](std::string_view why) {
    return Error{"InvalidParameterValue", std::string(why), 400};
  };
  std::vector<std::string> keys;
  for (const api::Tag& tag : tags.value_or(std::vector<api::Tag>())) {
    keys.push_back(lower(tag.Key.value_or("")));
    if (std::count(keys.begin(), keys.end(), keys.back()) > 1) {
      return refuse("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    if (holds(inherited, keys.back())) {
      return refuse(
          "One of the specified transitive tag keys can't be set because it conflicts with a "
          "transitive tag key from the calling session.");
    }
  }
  for (const std::string& key : transitive.value_or(std::vector<std::string>())) {
    if (!holds(keys, lower(key))) {
      return refuse("The specified transitive tag key must be included in the requested tags.");
    }
    inherited.push_back(lower(key));
  }
  return inherited;
}

struct Assumed {
  IssuedKey key;
  api::AssumedRoleUser user;
};

Result<Assumed> assume(Context& ctx, const std::string& role_arn, const std::string& session,
                       std::int32_t seconds, const std::vector<std::string>& transitive = {}) {
  CUMULITE_ASSIGN(const RoleName role, parse_role(role_arn));
  IssuedKey key;
  key.identity.account_id = role.account;
  key.arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", role.account, role.name, session);
  const auto id = iam::find_role_id(ctx.env.store, role.account, role.name);
  key.user_id = id.value_or(made_up_role_id(role_arn)) + ":" + session;
  Assumed assumed{issue_key(ctx, std::move(key), seconds * kSecondMs, transitive), {}};
  assumed.user = {.AssumedRoleId = assumed.key.user_id, .Arn = assumed.key.arn};
  return assumed;
}

/// The claims of a web identity token. Its signature is its issuer's business, whom nobody here
/// can ask.
Result<json> claims_of(const std::string& token, std::int64_t now_ms) {
  const Error invalid{"InvalidIdentityToken",
                      "The ID Token provided is not a valid JWT. (You may see this error if you "
                      "sent an Access Token)",
                      400};
  const auto first = token.find('.');
  const auto second = first == std::string::npos ? first : token.find('.', first + 1);
  if (second == std::string::npos) return invalid;
  const auto payload = codec::base64url_decode(token.substr(first + 1, second - first - 1));
  if (!payload) return invalid;
  json claims = json::parse(*payload, nullptr, false);
  if (!claims.is_object() || !claims.contains("sub") || !claims["sub"].is_string()) return invalid;
  const auto expires = claims.find("exp");
  if (expires == claims.end() || !expires->is_number()) return claims;
  const auto expires_ms = static_cast<std::int64_t>(expires->get<double>() * kSecondMs);
  if (expires_ms > now_ms) return claims;
  std::string now;
  std::string end;
  codec::append_iso8601({now_ms}, false, now);
  codec::append_iso8601({expires_ms}, false, end);
  return Error{"ExpiredTokenException",
               fmt::format("Token expired: current date/time {} must be before the expiration "
                           "date/time {}",
                           now, end),
               400};
}

std::string text_of(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return {};
  if (found->is_array() && !found->empty() && found->front().is_string()) {
    return found->front().get<std::string>();
  }
  return found->is_string() ? found->get<std::string>() : std::string();
}

/// Sessions do not beget sessions.
Result<void> refuse_sessions(const IssuedKey& caller, std::string_view operation) {
  if (caller.identity.credentials.session_token.empty()) return {};
  return Error{"AccessDenied", fmt::format("Cannot call {} with session credentials", operation),
               403};
}

}  // namespace

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::AssumeRole, &assume_role>(),
      row<api::op::AssumeRoleWithWebIdentity, &assume_role_with_web_identity>(),
      row<api::op::GetAccessKeyInfo, &get_access_key_info>(),
      row<api::op::GetCallerIdentity, &get_caller_identity>(),
      row<api::op::GetFederationToken, &get_federation_token>(),
      row<api::op::GetSessionToken, &get_session_token>(),
  };
  return rows;
}

Result<api::GetCallerIdentityResponse> get_caller_identity(
    Context& ctx, const api::GetCallerIdentityRequest& req) {
  (void)req;
  const IssuedKey caller = caller_of(ctx);
  return api::GetCallerIdentityResponse{
      .UserId = caller.user_id, .Account = caller.identity.account_id, .Arn = caller.arn};
}

Result<api::AssumeRoleResponse> assume_role(Context& ctx, const api::AssumeRoleRequest& req) {
  api::AssumeRoleResponse answer;
  CUMULITE_ASSIGN(answer.PackedPolicySize, packed_size(req.Policy));
  CUMULITE_ASSIGN(const auto transitive,
                  check_tags(req.Tags, req.TransitiveTagKeys, transitive_tags(ctx)));
  CUMULITE_ASSIGN(Assumed assumed,
                  assume(ctx, *req.RoleArn, *req.RoleSessionName,
                         req.DurationSeconds.value_or(kRoleSecondsDefault), transitive));
  answer.Credentials = show(assumed.key);
  answer.AssumedRoleUser = std::move(assumed.user);
  answer.SourceIdentity = req.SourceIdentity;
  return answer;
}

Result<api::AssumeRoleWithWebIdentityResponse> assume_role_with_web_identity(
    Context& ctx, const api::AssumeRoleWithWebIdentityRequest& req) {
  api::AssumeRoleWithWebIdentityResponse answer;
  CUMULITE_ASSIGN(answer.PackedPolicySize, packed_size(req.Policy));
  CUMULITE_ASSIGN(const json claims, claims_of(*req.WebIdentityToken, ctx.now_ms));
  CUMULITE_ASSIGN(Assumed assumed, assume(ctx, *req.RoleArn, *req.RoleSessionName,
                                          req.DurationSeconds.value_or(kRoleSecondsDefault)));
  answer.Credentials = show(assumed.key);
  answer.AssumedRoleUser = std::move(assumed.user);
  answer.SubjectFromWebIdentityToken = text_of(claims, "sub");
  answer.Audience = text_of(claims, "aud");
  answer.Provider = req.ProviderId.value_or(text_of(claims, "iss"));
  return answer;
}

Result<api::GetSessionTokenResponse> get_session_token(Context& ctx,
                                                       const api::GetSessionTokenRequest& req) {
  const IssuedKey caller = caller_of(ctx);
  CUMULITE_TRY(refuse_sessions(caller, "GetSessionToken"));
  IssuedKey key;
  key.identity.account_id = caller.identity.account_id;
  key.arn = caller.arn;
  key.user_id = caller.user_id;
  const std::int32_t seconds = req.DurationSeconds.value_or(kSessionSecondsDefault);
  return api::GetSessionTokenResponse{
      .Credentials = show(issue_key(ctx, std::move(key), seconds * kSecondMs))};
}

Result<api::GetFederationTokenResponse> get_federation_token(
    Context& ctx, const api::GetFederationTokenRequest& req) {
  const IssuedKey caller = caller_of(ctx);
  CUMULITE_TRY(refuse_sessions(caller, "GetFederationToken"));
  api::GetFederationTokenResponse answer;
  CUMULITE_ASSIGN(answer.PackedPolicySize, packed_size(req.Policy));
  IssuedKey key;
  const std::string& account = caller.identity.account_id;
  key.identity.account_id = account;
  key.arn = fmt::format("arn:aws:sts::{}:federated-user/{}", account, *req.Name);
  key.user_id = account + ":" + *req.Name;
  answer.FederatedUser = {{.FederatedUserId = key.user_id, .Arn = key.arn}};
  const std::int32_t seconds = req.DurationSeconds.value_or(kSessionSecondsDefault);
  answer.Credentials = show(issue_key(ctx, std::move(key), seconds * kSecondMs));
  return answer;
}

Result<api::GetAccessKeyInfoResponse> get_access_key_info(Context& ctx,
                                                          const api::GetAccessKeyInfoRequest& req) {
  if (ctx.env.credentials == nullptr) {
    return api::GetAccessKeyInfoResponse{.Account = ctx.caller.account_id};
  }
  return api::GetAccessKeyInfoResponse{
      .Account = std::string(ctx.env.credentials->account_of(*req.AccessKeyId))};
}

}  // namespace cumulite::sts
