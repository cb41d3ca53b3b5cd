#pragma once

#include <memory>

#include "emulator/core/service.h"

/// Amazon Simple Email Service, its first API. https://docs.aws.amazon.com/ses/latest/APIReference/
namespace cumulite::ses {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::ses
