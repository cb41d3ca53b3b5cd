#pragma once

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/table/table.h"

namespace cumulite::dynamodb::stream {

/// Sees to it that the shards of a stream that was just opened are continued when their lifetime
/// is over, whether records come or not.
void schedule_rolls(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);
/// The due kind that continues them.
void register_rolls(Database& db);

}  // namespace cumulite::dynamodb::stream
