#include "emulator/services/iam/service.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/iam/operations.h"

namespace cumulite::iam {
namespace {

class IamService final : public RowService {
 public:
  explicit IamService(Environment& env) : RowService(env, {spaces::kIam}) {
    for (const auto& theme :
         {role_rows(), service_linked_role_rows(), user_rows(), login_profile_rows(), group_rows(),
          identity_policy_rows(), managed_policy_rows(), instance_profile_rows()}) {
      rows_.insert(rows_.end(), theme.begin(), theme.end());
    }
  }

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return rows_; }

  void start() override {
    RowService::start();
    load_access_keys(env(), {});
  }

  void reload(std::string_view account) override { load_access_keys(env(), account); }

 private:
  std::vector<OperationRow> rows_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<IamService>(env);
}

}  // namespace cumulite::iam
