#include "emulator/services/dynamodb/backup/backup_record.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/erase_table.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "storage/kv/key_codec.h"

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
  if (table.streams()) stream::close(txn, table, now_ms);
  put_tags(txn, table, {});
  drop_companions(txn, table);
  txn.on_commit([&db, row] { db.catalog().erase(row); });
}

Result<api::DeleteTableOutput> delete_table(Context& ctx, const api::DeleteTableInput& in) {
  Database& db = database(ctx);
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
    const Table& table = *ref.table;
    if (!table.active()) return errors::being_created(table.name());
    if (table.description.DeletionProtectionEnabled.value_or(false)) {
      return errors::deletion_protected(table.arn());
    }
    auto domains = erase_domains(table);
    std::optional<NewBackup> backup;
    if (table.recovery) {
      backup = prepare_system_backup(db, table, ctx.now_ms);
      domains.push_back(backup->domain());
    }
    // The other replicas stay, and forget this one.
    const auto others = other_replicas(db, table);
    add_group_domains(domains, others);
    const bool done = db.env().store.transact(domains, [&](storage::Txn& txn) {
      if (db.catalog().find(ref.row) != ref.table || !are_current(db, others)) return false;
      if (backup) {
        take_items(txn, table, *backup);
        write_backup(db, txn, table, *backup, ctx.now_ms);
      }
      erase_table(db, txn, table, ctx.now_ms);
      for (const auto& other : others) save_table(db, txn, without_replica(*other, table.region));
      return true;
    });
    if (!done) continue;
    api::DeleteTableOutput out;
    out.TableDescription = table.description;
    auto& description = *out.TableDescription;
    description.TableStatus = "DELETING";
    description.KeySchema.reset();
    description.AttributeDefinitions.reset();
    description.LocalSecondaryIndexes.reset();
    description.GlobalSecondaryIndexes.reset();
    description.CreationDateTime.reset();
    return out;
  }
}

}  // namespace cumulite::dynamodb
