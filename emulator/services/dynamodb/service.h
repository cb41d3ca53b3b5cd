#pragma once

#include <memory>

#include "emulator/core/service.h"

namespace cumulite::dynamodb {

/// DynamoDB: tables, items, indexes, expressions, transactions.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::dynamodb
