#pragma once

#include <span>
#include <string_view>

#include "emulator/core/service.h"
#include "emulator/functions/registry.h"

namespace cumulite::functions {

/// Functions as other services see them: as "lambda", of which one can ask whether an ARN names a
/// function before events are sent to it. It has no operations: Lambda's API is not served.
class FunctionTargets final : public Service {
 public:
  explicit FunctionTargets(const FunctionRegistry& registry) : registry_(registry) {}

  const model::ServiceModel& model() const override { return kModel; }

  std::span<const OperationRow> rows() const override { return {}; }

  bool has_target(std::string_view arn) override { return registry_.find_arn(arn) != nullptr; }

 private:
  static constexpr model::ServiceModel kModel{.id = "lambda",
                                              .service_id = "Lambda",
                                              .signing_name = "lambda",
                                              .endpoint_prefix = "lambda",
                                              .api_version = "2015-03-31",
                                              .protocol = model::Protocol::kRestJson,
                                              .operations = {},
                                              .errors = {}};

  const FunctionRegistry& registry_;
};

}  // namespace cumulite::functions
