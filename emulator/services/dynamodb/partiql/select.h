#pragma once

#include "emulator/services/dynamodb/partiql/statement.h"

namespace cumulite::dynamodb::partiql {

/// A SELECT as ExecuteStatement answers it: a page of the rows that its WHERE clause finds.
Result<api::ExecuteStatementOutput> run_select(Context& ctx, const api::ExecuteStatementInput& in,
                                               const BoundStatement& bound);

/// The key of a SELECT that may only name one item (in a batch or a transaction); nullopt if it
/// names anything else. Errors: those of a WHERE clause that no read can have.
Result<std::optional<Item>> select_key(const Table& table, const BoundStatement& bound);

}  // namespace cumulite::dynamodb::partiql
