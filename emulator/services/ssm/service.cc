#include "emulator/services/ssm/service.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/ssm/operations.h"

namespace cumulite::ssm {
namespace {

class SsmService final : public RowService {
 public:
  explicit SsmService(Environment& env) : RowService(env, {spaces::kSsm}) {
    for (const auto& theme : {put_rows(), read_rows(), label_rows(), manage_rows()}) {
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
  return std::make_unique<SsmService>(env);
}

}  // namespace cumulite::ssm
