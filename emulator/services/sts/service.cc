#include "emulator/services/sts/service.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/sts/operations.h"
#include "emulator/services/sts/sessions.h"

namespace cumulite::sts {
namespace {

class StsService final : public RowService {
 public:
  explicit StsService(Environment& env) : RowService(env, {spaces::kSts}) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }

  /// The token of another identity provider takes the place of a signature.
  Result<void> authorize(Context& ctx, const model::Operation& operation) override {
    if (operation.name == "AssumeRoleWithWebIdentity") return {};
    return Service::authorize(ctx, operation);
  }

  void start() override {
    RowService::start();
    register_expiry(env());
    load_keys(env(), {});
  }

  void reload(std::string_view account) override { load_keys(env(), account); }
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<StsService>(env);
}

}  // namespace cumulite::sts
