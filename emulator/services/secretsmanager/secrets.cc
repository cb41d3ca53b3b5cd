#include <algorithm>
#include <cctype>

#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/services/secretsmanager/operations.h"
#include "emulator/services/secretsmanager/rotation.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::secretsmanager {
namespace {

constexpr std::string_view kDeletion = "secretsmanager.deletion";
constexpr std::int64_t kWindowDaysMin = 7;
constexpr std::int64_t kWindowDaysMax = 30;
constexpr std::size_t kSuffixCharacters = 6;
constexpr std::size_t kTagsMax = 50;

std::string new_suffix() {
  constexpr std::string_view kAlphabet =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string suffix;
  for (std::size_t i = 0; i < kSuffixCharacters; ++i) {
    suffix += kAlphabet[ids::random_u64() % kAlphabet.size()];
  }
  return suffix;
}

Result<void> merge_tags(const std::vector<api::Tag>& added, Secret& secret) {
  for (const api::Tag& tag : added) {
    const std::string key = tag.Key.value_or("");
    if (key.starts_with("aws:")) {
      return errors::invalid_parameter("Tag keys must not begin with aws:");
    }
    std::erase_if(secret.tags, [&](const auto& old) { return old.first == key; });
    secret.tags.emplace_back(key, tag.Value.value_or(""));
    secret.tagged = true;
  }
  if (secret.tags.size() > kTagsMax) {
    return errors::invalid_parameter("A secret can have at most 50 tags.");
  }
  return {};
}

std::optional<std::vector<api::Tag>> show_tags(const Secret& secret) {
  if (secret.tags.empty() && !secret.tagged) return std::nullopt;
  std::vector<api::Tag> tags;
  for (const auto& [key, value] : secret.tags) tags.push_back({.Key = key, .Value = value});
  return tags;
}

void erase_secret(storage::Txn& txn, const SecretRef& ref) {
  const std::string values = keys::values(ref);
  txn.del_range(spaces::kSecretsManager, values, storage::prefix_end(values));
  txn.del(spaces::kSecretsManager, keys::secret(ref));
}

/// The name keeps the suffix that the ARN has.
std::optional<SecretRef> parse_secret_arn(std::string_view text) {
  auto arn = parse_arn(text);
  if (!arn || !arn->is_of("secretsmanager") || !take_prefix(arn->resource, "secret:")) {
    return std::nullopt;
  }
  return SecretRef{std::string(arn->account), std::string(arn->region), std::string(arn->resource)};
}

/// What names and ARNs are made of. AWS looks at it before it looks for the secret.
Result<void> check_id(std::string_view id) {
  const std::string_view punctuation = id.starts_with("arn:") ? "-/_+=.@!:" : "-/_+=.@!";
  const bool valid = std::all_of(id.begin(), id.end(), [&](const char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           punctuation.find(c) != std::string_view::npos;
  });
  if (!valid) return errors::invalid_name();
  return {};
}

std::optional<Found> load(const storage::Reader& reader, const SecretRef& ref) {
  const auto row = reader.get(spaces::kSecretsManager, keys::secret(ref));
  if (!row) return std::nullopt;
  return Found{ref, decode_secret(*row)};
}

std::optional<Found> look_up(const Context& ctx, const storage::Reader& reader,
                             std::string_view id) {
  auto ref = parse_secret_arn(id);
  if (!ref) return load(reader, {ctx.caller.account_id, ctx.caller.region, std::string(id)});
  if (ref->region != ctx.caller.region) return std::nullopt;
  SecretRef whole = *ref;
  if (whole.name.size() > kSuffixCharacters + 1) {
    const auto dash = whole.name.size() - kSuffixCharacters - 1;
    const std::string suffix = whole.name.substr(dash + 1);
    if (whole.name[dash] == '-') {
      whole.name.resize(dash);
      auto found = load(reader, whole);
      if (found && found->secret.suffix == suffix) return found;
    }
  }
  // An ARN without its suffix is understood too.
  return load(reader, *ref);
}

/// The ref that holds for an id, found or not: what a transaction locks.
SecretRef locked_ref(const Context& ctx, std::string_view id) {
  const auto found = look_up(ctx, ctx.env.store, id);
  if (found) return found->ref;
  return {ctx.caller.account_id, ctx.caller.region, std::string(id)};
}

DueRow deletion_row(const Found& found) {
  return {found.ref.account, found.secret.deletion_ms, std::string(kDeletion), found.arn(), {}};
}

Result<std::int64_t> deletion_window_ms(const api::DeleteSecretRequest& req) {
  const bool force = req.ForceDeleteWithoutRecovery.value_or(false);
  if (force && req.RecoveryWindowInDays) {
    return errors::invalid_parameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  const std::int64_t days = req.RecoveryWindowInDays.value_or(kWindowDaysMax);
  if (days < kWindowDaysMin || days > kWindowDaysMax) {
    return errors::invalid_parameter(
        "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
  return force ? 0 : days * kDayMs;
}

}  // namespace

Result<Found> find_secret(const Context& ctx, const storage::Reader& reader, std::string_view id,
                          Deleted deleted) {
  CUMULITE_TRY(check_id(id));
  auto found = look_up(ctx, reader, id);
  if (!found) return errors::not_found();
  if (deleted == Deleted::kRefuse && found->secret.deletion_ms != 0) {
    return errors::scheduled_for_deletion();
  }
  return std::move(*found);
}

Result<Found> change_secret(Context& ctx, std::string_view id, Deleted deleted,
                            const std::function<Result<void>(storage::Txn&, Found&)>& change) {
  return ctx.env.store.transact(
      secret_domains(locked_ref(ctx, id)), [&](storage::Txn& txn) -> Result<Found> {
        CUMULITE_ASSIGN(Found found, find_secret(ctx, txn, id, deleted));
        CUMULITE_TRY(change(txn, found));
        txn.put(spaces::kSecretsManager, keys::secret(found.ref), encode_secret(found.secret));
        return found;
      });
}

Result<api::CreateSecretResponse> create_secret(Context& ctx, const api::CreateSecretRequest& req) {
  if (req.AddReplicaRegions || req.CrossAccountPrimaryARN) {
    return not_implemented("CreateSecret with replicas");
  }
  CUMULITE_TRY(check_id(*req.Name));
  CUMULITE_ASSIGN(const auto value, asked_value(req.SecretString, req.SecretBinary));
  if (value && !req.ClientRequestToken) return errors::no_request_token();
  const NewVersion version{req.ClientRequestToken.value_or(""), value.value_or(Value{})};
  Found made{{ctx.caller.account_id, ctx.caller.region, *req.Name}, {}};
  made.secret.name = *req.Name;
  made.secret.suffix = new_suffix();
  made.secret.description = req.Description.value_or("");
  made.secret.kms_key_id = req.KmsKeyId.value_or("");
  made.secret.type = req.Type.value_or("");
  made.secret.created_ms = ctx.now_ms;
  made.secret.changed_ms = ctx.now_ms;
  if (req.Tags) CUMULITE_TRY(merge_tags(*req.Tags, made.secret));
  api::CreateSecretResponse answer;
  CUMULITE_TRY(
      ctx.env.store.transact(secret_domains(made.ref), [&](storage::Txn& txn) -> Result<void> {
        if (auto old = load(txn, made.ref)) {
          if (old->secret.deletion_ms != 0) return errors::name_scheduled_for_deletion();
          // The same call once more, as its token and value tell.
          const bool repeated = value && old->secret.find_version(version.token) != nullptr;
          if (!repeated) return errors::exists(*req.Name);
          made = std::move(*old);
        }
        if (value) {
          CUMULITE_ASSIGN(answer.VersionId, add_version(txn, made, version, ctx.now_ms));
        }
        txn.put(spaces::kSecretsManager, keys::secret(made.ref), encode_secret(made.secret));
        return {};
      }));
  answer.ARN = made.arn();
  answer.Name = made.ref.name;
  return answer;
}

Result<api::DescribeSecretResponse> describe_secret(Context& ctx,
                                                    const api::DescribeSecretRequest& req) {
  CUMULITE_ASSIGN(const Found found,
                  find_secret(ctx, ctx.env.store, *req.SecretId, Deleted::kFind));
  const Secret& secret = found.secret;
  api::DescribeSecretResponse answer;
  answer.ARN = found.arn();
  answer.Name = secret.name;
  if (!secret.description.empty()) answer.Description = secret.description;
  if (!secret.kms_key_id.empty()) answer.KmsKeyId = secret.kms_key_id;
  if (!secret.type.empty()) answer.Type = secret.type;
  answer.CreatedDate = model::Timestamp{secret.created_ms};
  answer.LastChangedDate = model::Timestamp{secret.changed_ms};
  if (secret.accessed_ms != 0) answer.LastAccessedDate = model::Timestamp{secret.accessed_ms};
  if (secret.deletion_ms != 0) answer.DeletedDate = model::Timestamp{secret.deletion_ms};
  answer.Tags = show_tags(secret);
  show_rotation(secret.rotation, answer);
  for (const Version& version : secret.versions) {
    if (version.stages.empty()) continue;
    if (!answer.VersionIdsToStages) answer.VersionIdsToStages.emplace();
    answer.VersionIdsToStages->emplace_back(version.id, version.stages);
  }
  return answer;
}

Result<api::UpdateSecretResponse> update_secret(Context& ctx, const api::UpdateSecretRequest& req) {
  CUMULITE_ASSIGN(const auto value, asked_value(req.SecretString, req.SecretBinary));
  if (value && !req.ClientRequestToken) return errors::no_request_token();
  const NewVersion version{req.ClientRequestToken.value_or(""), value.value_or(Value{})};
  api::UpdateSecretResponse answer;
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [&](storage::Txn& txn, Found& changed) -> Result<void> {
                                  if (req.Description)
                                    changed.secret.description = *req.Description;
                                  if (req.KmsKeyId) changed.secret.kms_key_id = *req.KmsKeyId;
                                  changed.secret.changed_ms = ctx.now_ms;
                                  if (!value) return {};
                                  CUMULITE_ASSIGN(answer.VersionId,
                                                  add_version(txn, changed, version, ctx.now_ms));
                                  return {};
                                }));
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  return answer;
}

Result<api::DeleteSecretResponse> delete_secret(Context& ctx, const api::DeleteSecretRequest& req) {
  CUMULITE_TRY(check_id(*req.SecretId));
  CUMULITE_ASSIGN(const std::int64_t window_ms, deletion_window_ms(req));
  const bool force = window_ms == 0;
  api::DeleteSecretResponse answer;
  answer.DeletionDate = model::Timestamp{ctx.now_ms + window_ms};
  if (force) {
    const SecretRef ref = locked_ref(ctx, *req.SecretId);
    ctx.env.store.transact(secret_domains(ref), [&](storage::Txn& txn) {
      const auto found = load(txn, ref);
      answer.Name = ref.name;
      // What is not there is as good as deleted; its ARN nobody knows.
      answer.ARN = found ? found->arn() : ref.arn(new_suffix());
      if (!found) return;
      if (found->secret.deletion_ms != 0) ctx.env.due.remove(txn, deletion_row(*found));
      erase_secret(txn, ref);
    });
    return answer;
  }
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [&](storage::Txn& txn, Found& changed) -> Result<void> {
                                  changed.secret.deletion_ms = ctx.now_ms + window_ms;
                                  ctx.env.due.schedule(txn, deletion_row(changed));
                                  return {};
                                }));
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  return answer;
}

Result<api::RestoreSecretResponse> restore_secret(Context& ctx,
                                                  const api::RestoreSecretRequest& req) {
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kFind,
                                [&](storage::Txn& txn, Found& changed) -> Result<void> {
                                  if (changed.secret.deletion_ms == 0) return {};
                                  ctx.env.due.remove(txn, deletion_row(changed));
                                  changed.secret.deletion_ms = 0;
                                  return {};
                                }));
  return api::RestoreSecretResponse{.ARN = found.arn(), .Name = found.secret.name};
}

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_TRY(change_secret(
      ctx, *req.SecretId, Deleted::kRefuse,
      [&](storage::Txn&, Found& changed) { return merge_tags(*req.Tags, changed.secret); }));
  return model::Unit{};
}

Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req) {
  const auto& names = *req.TagKeys;
  CUMULITE_TRY(change_secret(
      ctx, *req.SecretId, Deleted::kRefuse, [&](storage::Txn&, Found& changed) -> Result<void> {
        std::erase_if(changed.secret.tags, [&](const auto& tag) {
          return std::find(names.begin(), names.end(), tag.first) != names.end();
        });
        return {};
      }));
  return model::Unit{};
}

void register_deletions(Environment& env) {
  env.due.register_kind(std::string(kDeletion), [&env](const DueRow& row, std::int64_t) {
    auto ref = parse_secret_arn(row.id);
    if (!ref) return env.store.transact({}, [&](storage::Txn& txn) { env.due.remove(txn, row); });
    ref->name.resize(ref->name.size() - kSuffixCharacters - 1);
    env.store.transact(secret_domains(*ref), [&](storage::Txn& txn) {
      env.due.remove(txn, row);
      const auto found = load(txn, *ref);
      if (found && found->arn() == row.id && found->secret.deletion_ms == row.due_ms) {
        erase_secret(txn, *ref);
      }
    });
  });
}

}  // namespace cumulite::secretsmanager
