#pragma once

#include <memory>

#include "emulator/core/service.h"

/// Amazon Simple Email Service, its second API.
/// https://docs.aws.amazon.com/ses/latest/APIReference-V2/
namespace cumulite::sesv2 {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::sesv2
