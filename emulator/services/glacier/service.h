#pragma once

#include <memory>

#include "emulator/core/service.h"

namespace cumulite::glacier {

/// Amazon Glacier: vaults, archives, and jobs that take the time that they take on AWS. `env`
/// outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

/// The rows of operations.cc.
std::span<const OperationRow> operation_rows();

}  // namespace cumulite::glacier
