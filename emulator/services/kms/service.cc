#include "emulator/services/kms/service.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/kms/operations.h"

namespace cumulite::kms {
namespace {

class KmsService final : public RowService {
 public:
  explicit KmsService(Environment& env) : RowService(env, {spaces::kKms}) {
    for (const auto& theme :
         {key_rows(), state_rows(), alias_rows(), policy_rows(), rotation_rows(), tag_rows(),
          grant_rows(), encryption_rows(), data_key_rows(), signature_rows()}) {
      rows_.insert(rows_.end(), theme.begin(), theme.end());
    }
  }

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return rows_; }

  void start() override {
    RowService::start();
    register_deletions(env());
    register_rotations(env());
  }

 private:
  std::vector<OperationRow> rows_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<KmsService>(env);
}

}  // namespace cumulite::kms
