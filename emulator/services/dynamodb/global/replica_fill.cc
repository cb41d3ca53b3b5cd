#include "emulator/services/dynamodb/global/replica_fill.h"

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/job/load_items.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kFillRows = 250;
constexpr std::size_t kFillBytes = 1024 * 1024;

/// The items of a table one after the other, each as it is when its chunk is read.
class LiveItems {
 public:
  LiveItems(const storage::Store& store, TablePtr table)
      : store_(store), table_(std::move(table)), from_(table_->row_prefix) {}

  std::optional<Item> next() {
    if (at_ == page_.rows.size() && !read()) return std::nullopt;
    return decode_item(page_.rows[at_++].value);
  }

 private:
  bool read() {
    if (!page_.more) return false;
    storage::RangeOptions options;
    options.limit = kFillRows;
    options.bytes_max = kFillBytes;
    page_ = store_.range(spaces::kDynamoDbItems, from_, storage::prefix_end(table_->row_prefix),
                         options);
    at_ = 0;
    if (page_.rows.empty()) return false;
    from_ = page_.rows.back().key + '\0';
    return true;
  }

  const storage::Store& store_;
  TablePtr table_;
  std::string from_;
  storage::Page page_ = {{}, true};
  std::size_t at_ = 0;
};

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

void start_replica_fill(Database& db, storage::Txn& txn, const Table& source,
                        const Table& replica) {
  Job job{JobKind::kReplica, replica.account, replica.region, {}};
  storage::append_part(job.subject, source.region);
  storage::append_part(job.subject, replica.name());
  start_job(db, txn, job);
}

void fill_replica(Database& db, const Job& job) {
  std::string_view subject = job.subject;
  const auto source_region = storage::take_part(subject);
  const auto name = storage::take_part(subject);
  if (!source_region || !name) return;
  const std::string row = keys::table_row(job.account, job.region, *name);
  const TablePtr table = db.catalog().find(row);
  if (table == nullptr) return;
  if (!table->serves()) {
    const auto source = db.catalog().find(keys::table_row(job.account, *source_region, *name));
    if (source != nullptr) {
      LiveItems items(db.env().store, source);
      load_items(
          db, row, [&items] { return items.next(); }, true);
    }
    finish_filling(db, row);
  }
  announce(db, row);
}

}  // namespace cumulite::dynamodb
