#pragma once

#include <memory>

#include "emulator/core/service.h"

namespace cumulite::functions {
class Functions;
}

/// AWS Lambda's API over the daemon's functions.
/// https://docs.aws.amazon.com/lambda/latest/api/
namespace cumulite::lambda {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

/// Gives the service the functions that it is about; before it starts. `service` is the one that
/// make_service made, `functions` outlives it.
void connect(Service& service, functions::Functions& functions);

/// The functions, for handlers.
functions::Functions& functions_of(const Context& ctx);

/// The rows of operations.cc.
std::span<const OperationRow> operation_rows();

}  // namespace cumulite::lambda
