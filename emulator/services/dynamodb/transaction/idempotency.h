#pragma once

#include <optional>
#include <string>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/transaction/write_set.h"

namespace cumulite::dynamodb {

/// A transaction's actions without its token and what it wants returned, as a short text.
std::string transaction_fingerprint(const api::TransactWriteItemsInput& in);
std::string transaction_fingerprint(const api::ExecuteTransactionInput& in);

/// Runs the actions; with a token at most once in ten minutes: the outcome of a repeated request is
/// `replayed`. Errors: those of WriteSet::run, IdempotentParameterMismatchException if the token
/// belongs to another request, TransactionInProgressException while one is under way under it.
Result<TransactionOutcome> run_once(Context& ctx, WriteSet& set,
                                    const std::optional<std::string>& token,
                                    const std::string& fingerprint);

/// Removes tokens when their ten minutes are over.
void register_token_expiry(Database& db);

}  // namespace cumulite::dynamodb
