#include "emulator/services/dynamodb/job/load_items.h"

#include <algorithm>
#include <vector>

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/replication.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/item/item_writer.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {
namespace {

// What a batch may write with its index rows, far enough from the store's limit.
constexpr std::size_t kBatchBytes = 1024 * 1024;
constexpr std::size_t kBatchItems = 250;

/// Bytes that the item takes in its table and indexes, and in those that take its writes, at most.
std::size_t cost(const Table& table, const Item& item) {
  const std::size_t tables = is_strong(table) ? 3 : 1;
  return size_bytes(item) * (table.indexes.size() + 3) * tables;
}

/// One transaction; false if the table was changed or went since `table` was looked up.
bool put_batch(Database& db, const std::string& table_row, const TablePtr& table,
               const std::vector<Item>& items, bool into_replica) {
  auto domains = table_domains(*table);
  if (table->streams()) domains.push_back(stream::domain(*table));
  const auto peers = strong_peers(db, *table);
  add_group_domains(domains, peers);
  for (const auto& peer : peers) {
    if (peer->streams()) domains.push_back(stream::domain(*peer));
  }
  WriteOrigin origin{db.env().clock.now_ms(table->account)};
  origin.replicated = into_replica;
  return db.env().store.transact(domains, [&](storage::Txn& txn) {
    if (db.catalog().find(table_row) != table || !are_current(db, peers)) return false;
    for (const auto& item : items) {
      if (into_replica && read_stamp(txn, *table, keys::item_row(*table, item))) continue;
      Change change = read_change(txn, keys::item_row(*table, item), needs_before(*table));
      change.after = item;
      write_change(db, txn, *table, change, origin);
    }
    return true;
  });
}

}  // namespace

bool load_items(Database& db, const std::string& table_row,
                const std::function<std::optional<Item>()>& next, bool into_replica) {
  bool more = true;
  while (more) {
    TablePtr table = db.catalog().find(table_row);
    if (table == nullptr) return false;
    std::vector<Item> batch;
    for (std::size_t bytes = 0; bytes < kBatchBytes && batch.size() < kBatchItems;) {
      auto item = next();
      more = item.has_value();
      if (!more) break;
      bytes += cost(*table, *item);
      batch.push_back(std::move(*item));
    }
    while (!batch.empty() && !put_batch(db, table_row, table, batch, into_replica)) {
      table = db.catalog().find(table_row);
      if (table == nullptr) return false;
    }
  }
  return true;
}

void finish_filling(Database& db, const std::string& table_row) {
  const TablePtr found = db.catalog().find(table_row);
  if (found == nullptr) return;
  db.env().store.transact(table_domains(*found), [&](storage::Txn& txn) {
    const TablePtr table = db.catalog().find(table_row);
    if (table == nullptr || table->serves()) return;
    auto copy = std::make_shared<Table>(*table);
    copy->description.TableStatus = std::string(kActive);
    if (copy->description.RestoreSummary) {
      copy->description.RestoreSummary->RestoreInProgress = false;
    }
    save_table(db, txn, std::move(copy));
  });
}

}  // namespace cumulite::dynamodb
