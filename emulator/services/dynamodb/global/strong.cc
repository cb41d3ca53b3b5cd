#include "emulator/services/dynamodb/global/strong.h"

#include <map>
#include <mutex>

#include <fmt/format.h>

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

/// Which Region writes an item at this moment, and how many of its writes stand in line. In memory
/// only: no write outlives the process that it is under way in.
struct WritesUnderWay {
  struct Writers {
    std::string region;
    std::size_t count = 0;
  };

  std::mutex mutex;
  std::map<std::string, Writers, std::less<>> items;
};

WritesUnderWay& writes_under_way() {
  static WritesUnderWay writes;
  return writes;
}

/// What of an item's row is the same in all replicas: they differ in Region and number alone.
std::string_view row_tail(const Table& table, std::string_view row) {
  return row.substr(table.row_prefix.size());
}

std::string row_in(const Table& peer, const Table& table, std::string_view row) {
  std::string out = peer.row_prefix;
  out += row_tail(table, row);
  return out;
}

}  // namespace

std::vector<TablePtr> strong_peers(Database& db, const Table& table) {
  std::vector<TablePtr> out;
  if (!is_strong(table) || !table.replicated()) return out;
  for (const auto& replica : *table.description.Replicas) {
    // A replica that is on its way out has ceased to be one.
    if (replica.ReplicaStatus == kDeleting) continue;
    auto found =
        db.catalog().find(keys::table_row(table.account, *replica.RegionName, table.name()));
    if (found != nullptr) out.push_back(std::move(found));
  }
  return out;
}

void add_peer_item_domains(storage::Domains& domains, const Table& table,
                           const std::vector<TablePtr>& peers, std::string_view row) {
  for (const auto& peer : peers) {
    domains.push_back(storage::Domain::shared_on(
        spaces::kDynamoDb, keys::table_row(peer->account, peer->region, peer->name())));
    add_item_domains(domains, *peer, row_in(*peer, table, row));
  }
}

void write_to_peers(Database& db, storage::Txn& txn, const Table& table, const Change& change,
                    std::int64_t now_ms) {
  WriteOrigin origin{now_ms};
  origin.replicated = true;
  for (const auto& peer : strong_peers(db, table)) {
    Change there = read_change(txn, row_in(*peer, table, change.row), true);
    there.after = change.after;
    write_change(db, txn, *peer, there, origin);
  }
}

Result<void> check_not_strong(const Table& table, std::string_view feature) {
  if (!is_strong(table)) return {};
  return errors::validation(fmt::format(
      "{} not supported for global tables with MultiRegionConsistency set to STRONG.", feature));
}

RegionalWrite::RegionalWrite(const Table& table, std::string_view row) : region_(table.region) {
  storage::append_part(item_, table.account);
  storage::append_part(item_, table.name());
  item_ += row_tail(table, row);
}

RegionalWrite::~RegionalWrite() {
  if (!begun_) return;
  auto& writes = writes_under_way();
  const std::lock_guard lock(writes.mutex);
  const auto at = writes.items.find(item_);
  if (--at->second.count == 0) writes.items.erase(at);
}

Result<void> RegionalWrite::begin() {
  auto& writes = writes_under_way();
  const std::lock_guard lock(writes.mutex);
  auto& writers = writes.items.try_emplace(item_, region_, std::size_t{0}).first->second;
  if (writers.region != region_) {
    return Error{
        "ReplicatedWriteConflictException",
        "One or more items in this request are being modified by a request in another Region."};
  }
  ++writers.count;
  begun_ = true;
  return {};
}

}  // namespace cumulite::dynamodb
