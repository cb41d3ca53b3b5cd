#pragma once

#include "emulator/services/dynamodb/database.h"

/// The states between: a table is CREATING, UPDATING or DELETING until a due row ends that, where
/// tables take time (transition_time.h). A new index of a table takes that time twice: once while
/// the table is UPDATING, then once more while it is being filled and the table is ACTIVE again.
namespace cumulite::dynamodb {

/// Schedules the end of the state that the table is about to be saved with; false where tables
/// take no time: the caller ends it in the same transaction.
bool ends_later(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);

/// Makes a table that is CREATING or UPDATING, and its indexes, what they are to become. An index
/// that was asked for is then to be filled (`backfill_index`).
void finish_change(storage::Txn& txn, Table& table);

/// Refuses what would make more tables of the scope change than may at a time. Errors:
/// LimitExceededException.
Result<void> check_simultaneous(Context& ctx);

/// The due kind of ends; before any runs.
void register_transitions(Database& db);
/// "/_cumulite/dynamodb/tables": GET ?account= tells, POST {"seconds", "account"} says how long the
/// states between last for the account (none: every account). Not kept at a restart.
void add_transition_path(Database& db);

}  // namespace cumulite::dynamodb
