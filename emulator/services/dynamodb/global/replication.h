#pragma once

#include <cstdint>

#include "emulator/services/dynamodb/item/item_writer.h"

/// Replication between the tables of a global table, which are tables of one name in several
/// regions of one account. A write leaves an outbox event for each replica, in its own transaction;
/// the event is applied and removed in one transaction of the replica. Each item of such a table
/// has a stamp (keys.h): time of its last write and the region that it came from. The later stamp
/// wins, and between equal ones the greater name of the region, so that all replicas end up the
/// same.
namespace cumulite::dynamodb {

/// When and where an item was last written. Ordered as the writes are.
struct WriteStamp {
  /// Milliseconds times 65,536 and a count within them: always greater than the stamp that the item
  /// had where it is written, so that a later write wins though the clock stood still.
  std::uint64_t time = 0;
  std::string region;

  friend auto operator<=>(const WriteStamp&, const WriteStamp&) = default;
};

/// Stamps a local write and sends it to the replicas.
void replicate(Database& db, storage::Txn& txn, const Table& table, const Change& change,
               std::int64_t now_ms);

std::optional<WriteStamp> read_stamp(const storage::Reader& reader, const Table& table,
                                     std::string_view item_row);

/// The outbox target that applies writes to replicas; before any runs.
void register_replication(Database& db);

}  // namespace cumulite::dynamodb
