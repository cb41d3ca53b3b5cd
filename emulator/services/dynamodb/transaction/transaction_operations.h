#pragma once

#include "emulator/services/dynamodb/database.h"

/// The operations that do all or nothing. Errors: TransactionCanceledException with a reason an
/// item (TransactionConflict among them, where another request is under way on it),
/// IdempotentParameterMismatchException, TransactionInProgressException.
namespace cumulite::dynamodb {

Result<api::TransactWriteItemsOutput> transact_write_items(Context& ctx,
                                                           const api::TransactWriteItemsInput& in);
Result<api::TransactGetItemsOutput> transact_get_items(Context& ctx,
                                                       const api::TransactGetItemsInput& in);

}  // namespace cumulite::dynamodb
