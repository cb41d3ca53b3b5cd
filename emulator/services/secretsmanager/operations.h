#pragma once

#include <functional>

#include "api/secretsmanager.h"
#include "emulator/core/service.h"
#include "emulator/services/secretsmanager/errors.h"
#include "emulator/services/secretsmanager/secret.h"

/// One function an operation, their rows, and how they find a secret.
namespace cumulite::secretsmanager {

std::span<const OperationRow> operation_rows();

/// A secret as it was found.
struct Found {
  SecretRef ref;
  Secret secret;

  std::string arn() const { return ref.arn(secret.suffix); }
};

/// Whether a secret that waits for its deletion is found.
enum class Deleted { kRefuse, kFind };

/// By name, ARN, or ARN without the suffix. Errors: ResourceNotFoundException,
/// InvalidRequestException.
Result<Found> find_secret(const Context& ctx, const storage::Reader& reader, std::string_view id,
                          Deleted deleted = Deleted::kRefuse);
/// Changes a secret in a transaction of its own; `change` may refuse. Answers what it became.
Result<Found> change_secret(Context& ctx, std::string_view id, Deleted deleted,
                            const std::function<Result<void>(storage::Txn&, Found&)>& change);

/// What CreateSecret, PutSecretValue and UpdateSecret give a new version.
struct NewVersion {
  std::string token;  ///< Its id; empty: a new one.
  Value value;
  std::vector<std::string> stages = {std::string(kCurrent)};
};

/// Adds the version; the same token with the same value is the same call. Returns its id.
/// Errors: ResourceExistsException, LimitExceededException.
Result<std::string> add_version(storage::Txn& txn, Found& found, const NewVersion& version,
                                std::int64_t now_ms);
/// Text or bytes; nullopt where neither is given. Error: InvalidParameterException for both.
Result<std::optional<Value>> asked_value(const std::optional<std::string>& text,
                                         const std::optional<std::string>& binary);

/// Whether a secret passes every filter of ListSecrets.
bool passes(const Secret& secret, const std::vector<api::Filter>& filters);
api::GetSecretValueResponse show_value(const Found& found, const Version& version, Value value);

void register_deletions(Environment& env);

Result<api::CreateSecretResponse> create_secret(Context& ctx, const api::CreateSecretRequest& req);
Result<api::DescribeSecretResponse> describe_secret(Context& ctx,
                                                    const api::DescribeSecretRequest& req);
Result<api::UpdateSecretResponse> update_secret(Context& ctx, const api::UpdateSecretRequest& req);
Result<api::DeleteSecretResponse> delete_secret(Context& ctx, const api::DeleteSecretRequest& req);
Result<api::RestoreSecretResponse> restore_secret(Context& ctx,
                                                  const api::RestoreSecretRequest& req);
Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req);
Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req);
Result<api::RotateSecretResponse> rotate_secret(Context& ctx, const api::RotateSecretRequest& req);
Result<api::CancelRotateSecretResponse> cancel_rotate_secret(
    Context& ctx, const api::CancelRotateSecretRequest& req);
Result<api::GetSecretValueResponse> get_secret_value(Context& ctx,
                                                     const api::GetSecretValueRequest& req);
Result<api::BatchGetSecretValueResponse> batch_get_secret_value(
    Context& ctx, const api::BatchGetSecretValueRequest& req);
Result<api::PutSecretValueResponse> put_secret_value(Context& ctx,
                                                     const api::PutSecretValueRequest& req);
Result<api::UpdateSecretVersionStageResponse> update_secret_version_stage(
    Context& ctx, const api::UpdateSecretVersionStageRequest& req);
Result<api::ListSecretVersionIdsResponse> list_secret_version_ids(
    Context& ctx, const api::ListSecretVersionIdsRequest& req);
Result<api::ListSecretsResponse> list_secrets(Context& ctx, const api::ListSecretsRequest& req);
Result<api::GetRandomPasswordResponse> get_random_password(
    Context& ctx, const api::GetRandomPasswordRequest& req);
Result<api::PutResourcePolicyResponse> put_resource_policy(
    Context& ctx, const api::PutResourcePolicyRequest& req);
Result<api::GetResourcePolicyResponse> get_resource_policy(
    Context& ctx, const api::GetResourcePolicyRequest& req);
Result<api::DeleteResourcePolicyResponse> delete_resource_policy(
    Context& ctx, const api::DeleteResourcePolicyRequest& req);
Result<api::ValidateResourcePolicyResponse> validate_resource_policy(
    Context& ctx, const api::ValidateResourcePolicyRequest& req);

}  // namespace cumulite::secretsmanager
