#include "emulator/services/lambda/service.h"

#include "api/lambda.h"

namespace cumulite::lambda {
namespace {

class LambdaService final : public Service {
 public:
  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }
};

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  (void)env;
  return std::make_unique<LambdaService>();
}

}  // namespace cumulite::lambda
