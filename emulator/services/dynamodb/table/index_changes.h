#pragma once

#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {

/// GlobalSecondaryIndexUpdates as a request: each entry one action, one new or removed index a
/// call.
Result<void> check_index_updates(const std::vector<api::GlobalSecondaryIndexUpdate>& updates);

/// Applies the entries to the description: indexes are CREATING, UPDATING or DELETING. Writes
/// maintain a new index from now on. Errors: ResourceNotFoundException, LimitExceededException
/// while another index is created or deleted.
Result<void> apply_index_updates(Context& ctx, const api::UpdateTableInput& in, Table& table);
/// Ends those states: a new index is then to be filled, one that was deleted is gone.
void finish_index_changes(storage::Txn& txn, Table& table);
/// The new indexes that are to be filled.
std::vector<std::string> being_filled(const Table& table);

/// Adds all items to the index, in steps that let writes through, then marks it ACTIVE. Can be
/// repeated after a crash. The table may be gone meanwhile: then nothing is left to do.
void backfill_index(Database& db, const std::string& table_row, const std::string& index_name);

/// Fills the indexes whose filling a restart found undone, whatever time they had left; at start.
void resume_backfills(Database& db);

}  // namespace cumulite::dynamodb
