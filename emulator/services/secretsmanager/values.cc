#include <algorithm>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/services/secretsmanager/operations.h"
#include "emulator/services/secretsmanager/service.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"
#include "protocol/time_units.h"

namespace cumulite::secretsmanager {
namespace {

constexpr std::size_t kVersionsMax = 100;
constexpr std::size_t kStagesMax = 20;
constexpr std::int32_t kVersionsShown = 100;

/// Versions without a stage go, the oldest first, when there are too many.
void drop_deprecated(storage::Txn& txn, Found& found) {
  auto& versions = found.secret.versions;
  while (versions.size() > kVersionsMax) {
    const auto oldest = std::find_if(versions.begin(), versions.end(),
                                     [](const Version& each) { return each.stages.empty(); });
    if (oldest == versions.end()) return;
    txn.del(spaces::kSecretsManager, keys::value(found.ref, found.secret.suffix, oldest->id));
    versions.erase(oldest);
  }
}

/// The account's own default key is of no use to another account, whatever the policy says.
Result<void> check_key(const Context& ctx, const Found& found) {
  const std::string& key = found.secret.kms_key_id;
  const bool is_default = key.empty() || key.ends_with("alias/aws/secretsmanager");
  if (is_default && found.ref.account != ctx.caller.account_id) {
    return errors::default_key_of_other_account();
  }
  return {};
}

/// The version that a request means by id, stage or both.
Result<Version*> pick_version(Secret& secret, const std::optional<std::string>& id,
                              const std::optional<std::string>& stage) {
  Version* version = nullptr;
  if (id) {
    version = secret.find_version(*id);
    if (version == nullptr) return errors::version_not_found(*id);
    if (stage && !version->has_stage(*stage)) {
      return errors::invalid_request(
          "You provided a VersionStage that is not associated to the provided VersionId.");
    }
    return version;
  }
  const std::string wanted = stage.value_or(std::string(kCurrent));
  version = secret.find_stage(wanted);
  if (version == nullptr) return errors::stage_not_found(wanted);
  return version;
}

Result<api::GetSecretValueResponse> read_value(Context& ctx,
                                               const api::GetSecretValueRequest& req) {
  CUMULITE_ASSIGN(Found found, find_secret(ctx, ctx.env.store, *req.SecretId));
  CUMULITE_TRY(check_key(ctx, found));
  CUMULITE_ASSIGN(Version * version, pick_version(found.secret, req.VersionId, req.VersionStage));
  const auto row = ctx.env.store.get(spaces::kSecretsManager,
                                     keys::value(found.ref, found.secret.suffix, version->id));
  // A rotation makes the version first, and its function the value.
  if (!row) {
    return req.VersionId
               ? errors::version_not_found(*req.VersionId)
               : errors::stage_not_found(req.VersionStage.value_or(std::string(kCurrent)));
  }
  auto answer = show_value(found, *version, Value::decode(*row));
  // Access is told by the day: reading a secret all day long writes once.
  const std::int64_t today_ms = ctx.now_ms / kDayMs * kDayMs;
  if (version->accessed_ms == today_ms && found.secret.accessed_ms == today_ms) return answer;
  auto kept = change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                            [&](storage::Txn&, Found& changed) -> Result<void> {
                              changed.secret.accessed_ms = today_ms;
                              if (Version* same = changed.secret.find_version(*answer.VersionId)) {
                                same->accessed_ms = today_ms;
                              }
                              return {};
                            });
  // Whoever deletes it meanwhile does not take the answer away.
  (void)kept.ok();
  return answer;
}

Result<void> check_move(const api::UpdateSecretVersionStageRequest& req, Secret& secret) {
  const std::string& stage = *req.VersionStage;
  for (const auto& id : {req.MoveToVersionId, req.RemoveFromVersionId}) {
    if (id && secret.find_version(*id) == nullptr) return errors::version_not_found(*id);
  }
  if (!req.MoveToVersionId && !req.RemoveFromVersionId) {
    return errors::invalid_parameter(
        "You must specify MoveToVersionId, RemoveFromVersionId, or both.");
  }
  if (!req.MoveToVersionId && stage == kCurrent) {
    return errors::invalid_parameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be "
        "completely removed.");
  }
  const Version* holder = secret.find_stage(stage);
  if (req.RemoveFromVersionId && (holder == nullptr || holder->id != *req.RemoveFromVersionId)) {
    return errors::invalid_parameter("The staging label " + stage + " isn't attached to version " +
                                     *req.RemoveFromVersionId + ".");
  }
  if (!req.RemoveFromVersionId && holder != nullptr && holder->id != *req.MoveToVersionId) {
    return errors::invalid_parameter(
        "The parameter RemoveFromVersionId can't be empty. Staging label " + stage +
        " is currently attached to version " + holder->id +
        ", so you must explicitly reference that version in RemoveFromVersionId.");
  }
  return {};
}

}  // namespace

Result<std::optional<Value>> asked_value(const std::optional<std::string>& text,
                                         const std::optional<std::string>& binary) {
  if (text && binary) {
    return errors::invalid_parameter("You can't specify both SecretString and SecretBinary.");
  }
  if (text) return std::optional(Value{false, *text});
  if (binary) return std::optional(Value{true, *binary});
  return std::optional<Value>{};
}

Result<std::string> add_version(storage::Txn& txn, Found& found, const NewVersion& version,
                                std::int64_t now_ms) {
  const std::string id = version.token.empty() ? ids::uuid() : version.token;
  const std::string key = keys::value(found.ref, found.secret.suffix, id);
  Secret& secret = found.secret;
  if (secret.find_version(id) != nullptr) {
    const auto row = txn.get(spaces::kSecretsManager, key);
    if (row && Value::decode(*row) != version.value) return errors::token_in_use(id, found.arn());
    if (row) return id;
  }
  if (version.stages.size() > kStagesMax) return errors::too_many_stages();
  // The version of a rotation waits for its value.
  if (secret.find_version(id) == nullptr) secret.versions.push_back({id, {}, now_ms, 0});
  secret.changed_ms = now_ms;
  move_stages(secret, id, version.stages);
  txn.put(spaces::kSecretsManager, key, version.value.encode());
  drop_deprecated(txn, found);
  return id;
}

api::GetSecretValueResponse show_value(const Found& found, const Version& version, Value value) {
  api::GetSecretValueResponse answer;
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  answer.VersionId = version.id;
  (value.is_binary ? answer.SecretBinary : answer.SecretString) = std::move(value.bytes);
  answer.VersionStages = version.stages;
  answer.CreatedDate = model::Timestamp{version.created_ms};
  return answer;
}

std::optional<ReferencedSecret> find_referenced(Context& ctx, std::string_view name,
                                                const std::string& selector) {
  api::GetSecretValueRequest asked{.SecretId = std::string(name)};
  if (!selector.empty()) asked.VersionStage = selector;
  auto value = read_value(ctx, asked);
  if (!value.ok() && !selector.empty()) {
    value = read_value(ctx, {.SecretId = std::string(name), .VersionId = selector});
  }
  if (!value.ok() || !value->SecretString) return std::nullopt;
  std::string created;
  codec::append_iso8601(*value->CreatedDate, true, created);
  const nlohmann::ordered_json description = {{"ARN", *value->ARN},
                                              {"name", *value->Name},
                                              {"versionId", *value->VersionId},
                                              {"versionStages", *value->VersionStages},
                                              {"createdDate", created}};
  return ReferencedSecret{*value->SecretString, description.dump(), value->CreatedDate->ms};
}

Result<api::GetSecretValueResponse> get_secret_value(Context& ctx,
                                                     const api::GetSecretValueRequest& req) {
  return read_value(ctx, req);
}

Result<api::BatchGetSecretValueResponse> batch_get_secret_value(
    Context& ctx, const api::BatchGetSecretValueRequest& req) {
  if (req.SecretIdList.has_value() == req.Filters.has_value()) {
    return errors::invalid_parameter(
        "Either 'SecretIdList' or 'Filters' must be provided, but not both.");
  }
  api::BatchGetSecretValueResponse answer;
  std::vector<std::string> names;
  if (req.SecretIdList) {
    names = *req.SecretIdList;
  } else {
    api::ListSecretsRequest listing;
    listing.Filters = req.Filters;
    listing.MaxResults = req.MaxResults.value_or(20);
    listing.NextToken = req.NextToken;
    CUMULITE_ASSIGN(auto listed, list_secrets(ctx, listing));
    for (const auto& entry : *listed.SecretList) names.push_back(*entry.Name);
    answer.NextToken = std::move(listed.NextToken);
  }
  answer.SecretValues.emplace();
  answer.Errors.emplace();
  for (const std::string& name : names) {
    auto value = read_value(ctx, {.SecretId = name});
    if (!value.ok()) {
      answer.Errors->push_back(
          {.SecretId = name, .ErrorCode = value.error().code, .Message = value.error().message});
      continue;
    }
    answer.SecretValues->push_back({.ARN = value->ARN,
                                    .Name = value->Name,
                                    .VersionId = value->VersionId,
                                    .SecretBinary = value->SecretBinary,
                                    .SecretString = value->SecretString,
                                    .VersionStages = value->VersionStages,
                                    .CreatedDate = value->CreatedDate});
  }
  return answer;
}

Result<api::PutSecretValueResponse> put_secret_value(Context& ctx,
                                                     const api::PutSecretValueRequest& req) {
  CUMULITE_ASSIGN(auto value, asked_value(req.SecretString, req.SecretBinary));
  if (!value) {
    return errors::invalid_request("You must provide either SecretString or SecretBinary.");
  }
  if (!req.ClientRequestToken) return errors::no_request_token();
  NewVersion version{req.ClientRequestToken.value_or(""), std::move(*value)};
  if (req.VersionStages) version.stages = *req.VersionStages;
  api::PutSecretValueResponse answer;
  CUMULITE_ASSIGN(Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [&](storage::Txn& txn, Found& changed) -> Result<void> {
                                  CUMULITE_TRY(check_key(ctx, changed));
                                  CUMULITE_ASSIGN(answer.VersionId,
                                                  add_version(txn, changed, version, ctx.now_ms));
                                  return {};
                                }));
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  answer.VersionStages = found.secret.find_version(*answer.VersionId)->stages;
  return answer;
}

Result<api::UpdateSecretVersionStageResponse> update_secret_version_stage(
    Context& ctx, const api::UpdateSecretVersionStageRequest& req) {
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [&](storage::Txn&, Found& changed) -> Result<void> {
                                  Secret& secret = changed.secret;
                                  CUMULITE_TRY(check_move(req, secret));
                                  if (req.MoveToVersionId) {
                                    move_stages(secret, *req.MoveToVersionId, {*req.VersionStage});
                                  } else {
                                    std::erase(secret.find_stage(*req.VersionStage)->stages,
                                               *req.VersionStage);
                                  }
                                  secret.changed_ms = ctx.now_ms;
                                  return {};
                                }));
  return api::UpdateSecretVersionStageResponse{.ARN = found.arn(), .Name = found.secret.name};
}

Result<api::ListSecretVersionIdsResponse> list_secret_version_ids(
    Context& ctx, const api::ListSecretVersionIdsRequest& req) {
  CUMULITE_ASSIGN(const Found found,
                  find_secret(ctx, ctx.env.store, *req.SecretId, Deleted::kFind));
  const auto& versions = found.secret.versions;
  auto at = versions.begin();
  if (req.NextToken) {
    const auto last = codec::base64_decode(*req.NextToken);
    at = std::find_if(versions.begin(), versions.end(),
                      [&](const Version& each) { return last && each.id == *last; });
    if (at == versions.end()) return errors::invalid_token();
  }
  api::ListSecretVersionIdsResponse answer;
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  answer.Versions.emplace();
  const auto limit = static_cast<std::size_t>(req.MaxResults.value_or(kVersionsShown));
  for (; at != versions.end(); ++at) {
    if (at->stages.empty() && !req.IncludeDeprecated.value_or(false)) continue;
    if (answer.Versions->size() == limit) {
      answer.NextToken = codec::base64_encode(at->id);
      return answer;
    }
    api::SecretVersionsListEntry entry;
    entry.VersionId = at->id;
    if (!at->stages.empty()) entry.VersionStages = at->stages;
    if (at->accessed_ms != 0) entry.LastAccessedDate = model::Timestamp{at->accessed_ms};
    entry.CreatedDate = model::Timestamp{at->created_ms};
    entry.KmsKeyIds = {{"DefaultEncryptionKey"}};
    answer.Versions->push_back(std::move(entry));
  }
  return answer;
}

}  // namespace cumulite::secretsmanager
