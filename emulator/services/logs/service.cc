#include "emulator/services/logs/service.h"

#include "api/logs.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/operations.h"
#include "emulator/services/logs/retention.h"

namespace cumulite::logs {
namespace {

class LogsService final : public RowService {
 public:
  explicit LogsService(Environment& env) : RowService(env, {spaces::kLogs, spaces::kLogEvents}) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }

  void start() override {
    RowService::start();
    register_retention(env());
  }

  bool has_target(std::string_view arn) override { return group_exists(env(), arn); }
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<LogsService>(env);
}

}  // namespace cumulite::logs
