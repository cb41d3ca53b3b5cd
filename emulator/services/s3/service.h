#pragma once

#include <memory>

#include "emulator/core/service.h"

namespace cumulite::s3 {

/// Amazon S3, general purpose buckets. `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

/// The rows of operations.cc.
std::span<const OperationRow> operation_rows();

}  // namespace cumulite::s3
