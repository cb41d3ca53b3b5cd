#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/backup/snapshot.h"
#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/part_arn.h"
#include "storage/blob/blob_store.h"

namespace cumulite::dynamodb {

/// The row of a backup: how it is described, what the table was, and the body of its items.
struct BackupRecord {
  api::BackupDescription description = {};
  api::TableDescription table = {};
  storage::BlobRef items = {};
  std::int64_t available_ms = 0;  ///< Until then it is CREATING.

  /// The description as it is at this moment.
  api::BackupDescription described(std::int64_t now_ms) const;
  std::string encode() const;
  /// Throws storage::StorageError on a corrupt row.
  static BackupRecord decode(std::string_view bytes);
};

/// A backup that is about to be taken.
struct NewBackup {
  PartArn arn;
  std::unique_ptr<storage::Spool> spool;
  std::string name;
  SnapshotTotals totals = {};
  bool system = false;  ///< Taken when a table with recovery is deleted; goes after 35 days.

  storage::Domain domain() const;
};

NewBackup prepare_backup(Database& db, const Table& table, std::string name, std::int64_t now_ms);
/// "NAME$DeletedTableBackup" of a table that is being deleted.
NewBackup prepare_system_backup(Database& db, const Table& table, std::int64_t now_ms);
/// Writes the items into its spool. The reader as for write_snapshot.
void take_items(const storage::Reader& reader, const Table& table, NewBackup& backup);
/// Stores it with the items taken, in a transaction that holds the backup's domain.
api::BackupDetails write_backup(Database& db, storage::Txn& txn, const Table& table,
                                NewBackup& backup, std::int64_t now_ms);

/// The due kind that drops system backups.
void register_backup_expiry(Database& db);

/// The bodies that a row of the space kDynamoDb owns.
std::vector<storage::BlobRef> bodies_of_row(const storage::KeyValue& row);

/// Deletes everything of an account: rows of all spaces, bodies of backups and exports.
void drop_account_rows(Database& db, std::string_view account);

}  // namespace cumulite::dynamodb
