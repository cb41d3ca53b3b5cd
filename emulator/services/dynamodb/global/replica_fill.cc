#include "emulator/services/dynamodb/global/replica_fill.h"

#include "emulator/services/dynamodb/backup/snapshot.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/job/load_items.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kFilledBlobRefBytes = 17;

/// Tells the others that the replica is ready.
void announce(Database& db, const std::string& row) {
  while (true) {
    const TablePtr table = db.catalog().find(row);
    if (table == nullptr) return;
    const auto others = other_replicas(db, *table);
    storage::Domains domains = table_domains(*table);
    add_group_domains(domains, others);
    const bool done = db.env().store.transact(domains, [&](storage::Txn& txn) {
      if (db.catalog().find(row) != table || !are_current(db, others)) return false;
      for (const auto& other : others) {
        for (auto replica : *other->description.Replicas) {
          if (replica.RegionName != table->region) continue;
          replica.ReplicaStatus = "ACTIVE";
          save_table(db, txn,
                     with_replica(*other, replica, *other->description.GlobalTableVersion));
          break;
        }
      }
      return true;
    });
    if (done) return;
  }
}

}  // namespace

void fill_replica(Database& db, const Job& job) {
  const auto items =
      storage::BlobRef::decode(std::string_view(job.subject).substr(0, kFilledBlobRefBytes));
  const std::string row = job.subject.substr(kFilledBlobRefBytes);
  const TablePtr table = db.catalog().find(row);
  if (!items || table == nullptr) return;
  if (!table->active()) {
    SnapshotReader reader(db.env().blobs, *items);
    const auto next = [&]() -> std::optional<Item> {
      const auto frame = reader.next();
      if (!frame) return std::nullopt;
      return decode_item(*frame);
    };
    load_items(db, row, next, true);
    finish_filling(db, row);
    if (items->id != 0) {
      db.env().store.transact({}, [&](storage::Txn& txn) { db.env().blobs.release(txn, *items); });
    }
  }
  announce(db, row);
}

}  // namespace cumulite::dynamodb
