#pragma once

#include "emulator/services/dynamodb/database.h"

/// The operations that take statements of PartiQL.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
namespace cumulite::dynamodb {

Result<api::ExecuteStatementOutput> execute_statement(Context& ctx,
                                                      const api::ExecuteStatementInput& in);
Result<api::BatchExecuteStatementOutput> batch_execute_statement(
    Context& ctx, const api::BatchExecuteStatementInput& in);
Result<api::ExecuteTransactionOutput> execute_transaction(Context& ctx,
                                                          const api::ExecuteTransactionInput& in);

}  // namespace cumulite::dynamodb
