#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

Result<api::TransactWriteItemsOutput> transact_write_items(Context& ctx,
                                                           const api::TransactWriteItemsInput& in);
Result<api::TransactGetItemsOutput> transact_get_items(Context& ctx,
                                                       const api::TransactGetItemsInput& in);

}  // namespace cumulite::dynamodb
