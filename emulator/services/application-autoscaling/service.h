#pragma once

#include <memory>

#include "emulator/core/service.h"

/// Application Auto Scaling. https://docs.aws.amazon.com/autoscaling/application/APIReference/
namespace cumulite::application_autoscaling {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::application_autoscaling
