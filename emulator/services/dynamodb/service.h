#pragma once

#include <memory>
#include <string_view>

#include "emulator/core/service.h"

namespace cumulite::dynamodb {

/// DynamoDB: tables, items, indexes, expressions, transactions.
std::unique_ptr<Service> make_service(Environment& env);

/// Whether the table "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME" is there, or the global index
/// that "/index/INDEX" after it names.
bool has_table(Service& dynamodb, std::string_view arn);

}  // namespace cumulite::dynamodb
