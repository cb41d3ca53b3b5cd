#include "emulator/services/secretsmanager/service.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/secretsmanager/operations.h"
#include "emulator/services/secretsmanager/rotation.h"

namespace cumulite::secretsmanager {
namespace {

class SecretsManagerService final : public RowService {
 public:
  explicit SecretsManagerService(Environment& env) : RowService(env, {spaces::kSecretsManager}) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }

  void start() override {
    RowService::start();
    register_deletions(env());
    register_rotations(env(), invoker);
  }

  functions::FunctionInvoker* invoker = nullptr;
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::BatchGetSecretValue, &batch_get_secret_value>(),
      row<api::op::CancelRotateSecret, &cancel_rotate_secret>(),
      row<api::op::CreateSecret, &create_secret>(),
      row<api::op::DeleteResourcePolicy, &delete_resource_policy>(),
      row<api::op::DeleteSecret, &delete_secret>(),
      row<api::op::DescribeSecret, &describe_secret>(),
      row<api::op::GetRandomPassword, &get_random_password>(),
      row<api::op::GetResourcePolicy, &get_resource_policy>(),
      row<api::op::GetSecretValue, &get_secret_value>(),
      row<api::op::ListSecretVersionIds, &list_secret_version_ids>(),
      row<api::op::ListSecrets, &list_secrets>(),
      row<api::op::PutResourcePolicy, &put_resource_policy>(),
      row<api::op::PutSecretValue, &put_secret_value>(),
      row<api::op::RestoreSecret, &restore_secret>(),
      row<api::op::RotateSecret, &rotate_secret>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::UntagResource, &untag_resource>(),
      row<api::op::UpdateSecret, &update_secret>(),
      row<api::op::UpdateSecretVersionStage, &update_secret_version_stage>(),
      row<api::op::ValidateResourcePolicy, &validate_resource_policy>(),
  };
  return rows;
}

void connect(Service& service, functions::FunctionInvoker& invoker) {
  static_cast<SecretsManagerService&>(service).invoker = &invoker;
}

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<SecretsManagerService>(env);
}

}  // namespace cumulite::secretsmanager
