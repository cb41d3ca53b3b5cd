#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

Result<api::ExecuteStatementOutput> execute_statement(Context& ctx,
                                                      const api::ExecuteStatementInput& in);
Result<api::BatchExecuteStatementOutput> batch_execute_statement(
    Context& ctx, const api::BatchExecuteStatementInput& in);
Result<api::ExecuteTransactionOutput> execute_transaction(Context& ctx,
                                                          const api::ExecuteTransactionInput& in);

}  // namespace cumulite::dynamodb
