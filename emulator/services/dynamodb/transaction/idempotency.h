#pragma once

#include <string>
#include <string_view>

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// A transaction's request without its token and what it wants returned, as a short text.
std::string transaction_fingerprint(const api::TransactWriteItemsInput& in);

storage::Domain token_domain(Context& ctx, std::string_view token);

/// Records the token for ten minutes. False if the same request was done under it already;
/// IdempotentParameterMismatchException if another one was.
Result<bool> claim_token(Context& ctx, storage::Txn& txn, std::string_view token,
                         std::string_view fingerprint);

/// Removes tokens when their ten minutes are over.
void register_token_expiry(Database& db);

}  // namespace cumulite::dynamodb
