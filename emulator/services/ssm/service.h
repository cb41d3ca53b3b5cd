#pragma once

#include <memory>

#include "emulator/core/service.h"

/// AWS Systems Manager: Parameter Store.
/// https://docs.aws.amazon.com/systems-manager/latest/APIReference/
namespace cumulite::ssm {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::ssm
