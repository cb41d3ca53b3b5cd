#pragma once

#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {

/// GlobalSecondaryIndexUpdates as a request: each entry one action, one new or removed index a
/// call.
Result<void> check_index_updates(const std::vector<api::GlobalSecondaryIndexUpdate>& updates);

/// Applies the entries to the description. A new index starts CREATING and backfilling: writes
/// maintain it from now on; `backfill_index` adds what is there and makes it ACTIVE.
Result<void> apply_index_updates(Context& ctx, storage::Txn& txn, const api::UpdateTableInput& in,
                                 Table& table);

/// Adds all items to the index, in steps that let writes through, then marks it ACTIVE. Can be
/// repeated after a crash. The table may be gone meanwhile: then nothing is left to do.
void backfill_index(Database& db, const std::string& table_row, const std::string& index_name);

/// Finishes what a crash interrupted; at start.
void resume_backfills(Database& db);

}  // namespace cumulite::dynamodb
