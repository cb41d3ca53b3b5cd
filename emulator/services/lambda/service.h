#pragma once

#include <memory>

#include "emulator/core/service.h"

/// AWS Lambda's API over the daemon's functions.
/// https://docs.aws.amazon.com/lambda/latest/api/
namespace cumulite::lambda {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

/// The rows of operations.cc.
std::span<const OperationRow> operation_rows();

}  // namespace cumulite::lambda
