#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/transaction/write_set.h"

namespace cumulite::dynamodb {

/// ConsumedCapacity of a transaction of writes, one entry a table; nullopt if none is wanted.
/// Preparing and committing cost twice the units. A transaction that was answered from its token
/// costs a transactional read of each of its items.
std::optional<std::vector<api::ConsumedCapacity>> transaction_capacity(
    Context& ctx, const std::optional<std::string>& wanted, const WriteSet& set,
    const TransactionOutcome& outcome);

}  // namespace cumulite::dynamodb
