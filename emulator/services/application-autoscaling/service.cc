#include "emulator/services/application-autoscaling/service.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/application-autoscaling/operations.h"

namespace cumulite::application_autoscaling {
namespace {

class ApplicationAutoScalingService final : public RowService {
 public:
  explicit ApplicationAutoScalingService(Environment& env)
      : RowService(env, {spaces::kApplicationAutoScaling}) {
    for (const auto& theme :
         {target_rows(), policy_rows(), scheduled_action_rows(), activity_rows(), tag_rows()}) {
      rows_.insert(rows_.end(), theme.begin(), theme.end());
    }
  }

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return rows_; }

 private:
  std::vector<OperationRow> rows_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<ApplicationAutoScalingService>(env);
}

}  // namespace cumulite::application_autoscaling
