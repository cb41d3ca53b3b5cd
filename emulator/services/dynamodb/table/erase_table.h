#pragma once

#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {

/// What a transaction holds that deletes the table.
storage::Domains erase_domains(const Table& table);
/// Deletes the table with everything that is beside it; its backups, exports and imports stay.
void erase_table(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);

/// Makes the table DELETING until a due row erases it, or erases it at once. It leaves its group.
void begin_deletion(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);

}  // namespace cumulite::dynamodb
