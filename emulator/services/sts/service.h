#pragma once

#include <memory>

#include "emulator/core/service.h"

/// AWS Security Token Service. https://docs.aws.amazon.com/STS/latest/APIReference/
namespace cumulite::sts {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::sts
