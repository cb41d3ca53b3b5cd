#pragma once

#include <memory>

#include "emulator/core/row_service.h"

/// Amazon CloudWatch Logs. Who writes logs inside of the daemon includes function_logs.h.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
namespace cumulite::logs {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::logs
