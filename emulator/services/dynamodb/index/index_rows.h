#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/table/table.h"
#include "storage/kv/store.h"

namespace cumulite::dynamodb {

/// Capacity that a write used, in units.
struct WriteUnits {
  double table = 0;
  std::vector<std::pair<const Index*, double>> indexes = {};

  double total() const;
};

/// Units of a write of that many bytes: one for each KiB begun, at least one.
double write_units(std::size_t bytes);

/// The attributes of the item that the index holds.
Item project(const Table& table, const Index& index, const Item& item);

/// What a write did to an index.
struct IndexChange {
  double units = 0;
  std::int64_t bytes = 0;  ///< By which the index grew.
};

/// Brings the rows of one index in step with a change of the item (either side may be absent), in
/// the item's transaction.
IndexChange maintain_index(storage::Txn& txn, const Table& table, const Index& index,
                           const Item* before, const Item* after);

/// Adds the item to a new index (backfill).
void add_to_index(storage::Txn& txn, const Table& table, const Index& index, const Item& item);

/// Reads a row of an index: its own copy, or the item itself where the copy would be large.
std::optional<Item> read_index_row(const storage::Reader& reader, const Table& table,
                                   const Index& index, std::string_view value);

/// Rows and bytes of the index, for descriptions.
struct Totals {
  std::int64_t items = 0;
  std::int64_t bytes = 0;
};

Totals index_totals(const storage::Reader& reader, const Table& table, const Index& index);
Totals table_totals(const storage::Reader& reader, const Table& table);
void add_table_totals(storage::Txn& txn, const Table& table, std::int64_t items,
                      std::int64_t bytes);
/// Bytes of the item collection that the item belongs to: the items of one partition key, and their
/// copies in local indexes. Kept for tables with local indexes.
std::int64_t collection_bytes(const storage::Reader& reader, const Table& table,
                              std::string_view item_row);
void add_collection_bytes(storage::Txn& txn, const Table& table, std::string_view item_row,
                          std::int64_t bytes);
/// Prefix of the totals' rows of all the table's indexes, and of the table itself: a domain of the
/// space kDynamoDb for whoever drops them.
std::string totals_prefix(const Table& table);
/// Deletes every row of the index, and its totals.
void drop_index(storage::Txn& txn, const Table& table, const Index& index);

/// Deletes the table's change log and write stamps, which stand among the indexes (keys.h).
void drop_pseudo_indexes(storage::Txn& txn, const Table& table);

}  // namespace cumulite::dynamodb
