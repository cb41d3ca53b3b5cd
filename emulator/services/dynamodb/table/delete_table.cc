#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/services/dynamodb/backup/backup_record.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/erase_table.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "emulator/services/dynamodb/table/transition.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/view.h"

namespace cumulite::dynamodb {

storage::Domains erase_domains(const Table& table) {
  auto domains = table_domains(table);
  domains.push_back(tags_domain(table));
  domains.push_back(companions_domain(table));
  return domains;
}

void erase_table(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  drop_pseudo_indexes(txn, table);
  for (const auto& index : table.indexes) drop_index(txn, table, index);
  txn.del_range(spaces::kDynamoDbItems, table.row_prefix, storage::prefix_end(table.row_prefix));
  txn.del_range(spaces::kDynamoDb, totals_prefix(table), storage::prefix_end(totals_prefix(table)));
  const auto row = keys::table_row(table.account, table.region, table.name());
  txn.del(spaces::kDynamoDb, row);
  if (table.streams()) stream::close(db, txn, table, now_ms);
  put_tags(txn, table, {});
  drop_companions(txn, table);
  txn.on_commit([&db, row] { db.catalog().erase(row); });
}

void begin_deletion(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  if (!ends_later(db, txn, table, now_ms)) {
    erase_table(db, txn, table, now_ms);
    return;
  }
  auto deleting = std::make_shared<Table>(table);
  deleting->deletion_answered = true;
  deleting->description.TableStatus = std::string(kDeleting);
  leave_group(deleting->description);
  save_table(db, txn, std::move(deleting));
}

namespace {

Result<void> check_deletable(const Table& table, const std::vector<TablePtr>& others) {
  const bool indexes_change =
      std::any_of(table.indexes.begin(), table.indexes.end(),
                  [](const Index& index) { return index.status != IndexStatus::kActive; });
  if (table.serves() && indexes_change) {
    return errors::still_in_use(
        "Cannot delete table while indexes are being created, updated, or deleted.");
  }
  if (table.replicated() && table.description.TableStatus == kCreating) {
    return errors::still_in_use(fmt::format("Table: {} is being used.", table.name()));
  }
  if (!table.active()) {
    return table.next_units ? errors::being_updated(table.name()) : not_active(table);
  }
  if (table.next_key) return errors::being_updated(table.name());
  if (table.description.DeletionProtectionEnabled.value_or(false)) {
    return errors::deletion_protected(table.arn());
  }
  if (is_strong(table)) {
    return errors::validation(std::string(kOnlyOneReplica));
  }
  for (const auto& other : others) {
    if (other->serves()) continue;
    return errors::validation(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) "
        "being added to the table in the last 24 hours.");
  }
  return {};
}

/// Takes the items of a table that is being deleted into a backup. Nobody may change the table
/// meanwhile, and nobody has to wait for it: it is DELETING in memory, and was ACTIVE if the daemon
/// ends before it is gone.
class LastBackup {
 public:
  /// False if the table was changed since it was looked up.
  bool take(Database& db, TableRef& ref, std::int64_t now_ms) {
    backup_ = prepare_system_backup(db, *ref.table, now_ms);
    auto deleting = std::make_shared<Table>(*ref.table);
    deleting->description.TableStatus = std::string(kDeleting);
    std::unique_ptr<storage::Reader> view;
    db.env().store.transact(table_domains(*ref.table), [&](storage::Txn&) {
      if (db.catalog().find(ref.row) != ref.table) return;
      view = storage::open_view(db.env().store);
      db.catalog().put(ref.row, deleting);
    });
    if (view == nullptr) return false;
    before_ = std::exchange(ref.table, deleting);
    const Undo undo{db, ref, before_};
    take_items(*view, *before_, *backup_);
    db.env().blobs.prepare(*backup_->spool);
    undo.done = true;
    return true;
  }

  bool taken() const { return before_ != nullptr; }

  storage::Domain domain() const { return backup_->domain(); }

  void write(Database& db, storage::Txn& txn, std::int64_t now_ms) {
    write_backup(db, txn, *before_, *backup_, now_ms);
  }

 private:
  /// Makes the table what it was when the disk has no room for the backup.
  struct Undo {
    ~Undo() {
      if (!done) db.catalog().put(ref.row, before);
    }

    Database& db;
    const TableRef& ref;
    const TablePtr& before;
    mutable bool done = false;
  };

  std::optional<NewBackup> backup_;
  TablePtr before_;
};

api::DeleteTableOutput deleted_answer(const Table& table) {
  api::DeleteTableOutput out;
  out.TableDescription = table.description;
  auto& description = *out.TableDescription;
  description.TableStatus = std::string(kDeleting);
  hide_schema(description);
  return out;
}

}  // namespace

Result<api::DeleteTableOutput> delete_table(Context& ctx, const api::DeleteTableInput& in) {
  Database& db = database(ctx);
  LastBackup backup;
  TableRef ref;
  while (true) {
    // The other replicas stay, and forget this one.
    std::vector<TablePtr> others;
    if (backup.taken()) {
      // The group may have changed what the table knows of it.
      const auto newest = db.catalog().find(ref.row);
      if (newest == nullptr) return deleted_answer(*ref.table);
      ref.table = newest;
      others = other_replicas(db, *ref.table);
    } else {
      CUMULITE_ASSIGN(ref, find_table(ctx, *in.TableName));
      others = other_replicas(db, *ref.table);
      CUMULITE_TRY(check_deletable(*ref.table, others));
      CUMULITE_TRY(check_simultaneous(ctx));
      if (ref.table->recovery && !backup.take(db, ref, ctx.now_ms)) continue;
    }
    auto domains = erase_domains(*ref.table);
    if (backup.taken()) domains.push_back(backup.domain());
    add_group_domains(domains, others);
    const bool done = db.env().store.transact(domains, [&](storage::Txn& txn) {
      if (db.catalog().find(ref.row) != ref.table || !are_current(db, others)) return false;
      if (backup.taken()) backup.write(db, txn, ctx.now_ms);
      begin_deletion(db, txn, *ref.table, ctx.now_ms);
      for (const auto& other : others) {
        save_table(db, txn, without_replica(*other, ref.table->region));
      }
      return true;
    });
    if (done) return deleted_answer(*ref.table);
  }
}

}  // namespace cumulite::dynamodb
