#pragma once

#include "emulator/services/dynamodb/database.h"

/// The operations on many items, each for itself; what is too much comes back as unprocessed.
namespace cumulite::dynamodb {

Result<api::BatchGetItemOutput> batch_get_item(Context& ctx, const api::BatchGetItemInput& in);
Result<api::BatchWriteItemOutput> batch_write_item(Context& ctx,
                                                   const api::BatchWriteItemInput& in);

}  // namespace cumulite::dynamodb
