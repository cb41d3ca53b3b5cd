#include "emulator/services/s3control/service.h"

#include <vector>

#include "emulator/services/s3control/operations.h"

namespace cumulite::s3control {

namespace {

/// It has no rows of its own: what it changes is S3's.
class S3ControlService final : public Service {
 public:
  S3ControlService() {
    for (const auto& theme : {public_access_rows(), tag_rows()}) {
      rows_.insert(rows_.end(), theme.begin(), theme.end());
    }
  }

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return rows_; }

  /// Without `--auth=enforce` the caller's account is meant, whatever the header says.
  Result<void> authorize(Context& ctx, const model::Operation&) override {
    const bool own = ctx.request.header("x-amz-account-id") == ctx.caller.account_id;
    if (ctx.caller.anonymous || !own) return errors::access_denied();
    return {};
  }

 private:
  std::vector<OperationRow> rows_;
};

}  // namespace

std::unique_ptr<Service> make_service(Environment&) {
  return std::make_unique<S3ControlService>();
}

}  // namespace cumulite::s3control
