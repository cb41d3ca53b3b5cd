#pragma once

#include <string>
#include <vector>

#include "emulator/services/dynamodb/item/item_writer.h"
#include "protocol/result.h"

/// Global tables of multi-Region strong consistency: a write changes the item in all Regions in the
/// one transaction of the store, so that each reads the newest of all, and a condition sees it.
namespace cumulite::dynamodb {

inline constexpr std::string_view kStrong = "STRONG";
inline constexpr std::string_view kOnlyOneReplica =
    "Deletion of only one table replica is not supported for global tables with "
    "MultiRegionConsistency set to STRONG.";

/// Whether the table is a replica of such a group.
inline bool is_strong(const Table& table) {
  return table.description.MultiRegionConsistency == kStrong;
}

/// The tables that take the writes of this one; none if it is not of such a group.
std::vector<TablePtr> strong_peers(Database& db, const Table& table);

/// Adds what a write of the item holds in the other Regions, their tables' shared domains too.
void add_peer_item_domains(storage::Domains& domains, const Table& table,
                           const std::vector<TablePtr>& peers, std::string_view row);

/// Makes the item of every peer what it has become here, in the same transaction.
void write_to_peers(Database& db, storage::Txn& txn, const Table& table, const Change& change,
                    std::int64_t now_ms);

/// What these tables do not have. Errors: ValidationException.
Result<void> check_not_strong(const Table& table, std::string_view feature);

/// A write of an item that is under way in one Region, as long as this lives. Writes of the same
/// item in the same Region follow one another; that of another Region is refused.
class RegionalWrite {
 public:
  /// `row` is the item's row in `table`.
  RegionalWrite(const Table& table, std::string_view row);
  ~RegionalWrite();
  RegionalWrite(const RegionalWrite&) = delete;
  RegionalWrite& operator=(const RegionalWrite&) = delete;

  /// Errors: ReplicatedWriteConflictException, while the item is being written in another Region.
  Result<void> begin();

 private:
  std::string item_;  ///< The same in all Regions.
  std::string region_;
  bool begun_ = false;
};

}  // namespace cumulite::dynamodb
