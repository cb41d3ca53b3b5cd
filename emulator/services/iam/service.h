#pragma once

#include <memory>

#include "emulator/core/service.h"

/// AWS Identity and Access Management. https://docs.aws.amazon.com/IAM/latest/APIReference/
namespace cumulite::iam {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::iam
