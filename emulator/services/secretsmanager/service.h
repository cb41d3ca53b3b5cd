#pragma once

#include <memory>

#include "emulator/core/service.h"

/// AWS Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference/
namespace cumulite::secretsmanager {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::secretsmanager
