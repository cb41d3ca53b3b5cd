#pragma once

#include <memory>

#include "emulator/core/service.h"

/// AWS Key Management Service. https://docs.aws.amazon.com/kms/latest/APIReference/
namespace cumulite::kms {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::kms
