#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/table/table.h"

namespace cumulite::dynamodb {

/// What happens to one item in a transaction: read, decided on, written once.
struct Change {
  std::string row;  ///< The item's row key, which is also its domain.
  bool existed = false;
  std::size_t before_size = 0;
  std::optional<Item> before = {};  ///< Only if it was asked for and existed.
  std::optional<Item> after = {};   ///< Absent: the item is deleted.
};

/// True if a write to the table has to see the item that it replaces (indexes, stream, TTL).
bool needs_before(const Table& table);

/// Domains of writes to these items of the table, beside the table's own.
void add_item_domains(storage::Domains& domains, const Table& table, std::string_view row);

/// Reads the item that is there into a Change; decodes it if `decode`.
Change read_change(const storage::Reader& reader, std::string row, bool decode);

/// What an item collection of a table with local indexes may hold.
inline constexpr std::int64_t kCollectionBytesMax = std::int64_t{10} << 30;

/// Refuses a write that makes an item of a full collection larger. The size is the committed one:
/// writes at the same moment may go over the limit by what they add.
/// Errors: ItemCollectionSizeLimitExceededException.
Result<void> check_collection(const storage::Store& store, const Table& table,
                              const Change& change);

/// Who writes, for the stream's records.
struct WriteOrigin {
  std::int64_t now_ms = 0;
  bool time_to_live = false;  ///< The record names the TTL service as its user.
  bool replicated = false;    ///< It comes from another region's replica, and goes to no other.
};

/// Writes the item, its index rows, totals, stream record and TTL row. Returns the units used.
WriteUnits write_change(Database& db, storage::Txn& txn, const Table& table, const Change& change,
                        const WriteOrigin& origin);

/// Seconds since 1970 at which the item expires by the table's TTL attribute, if it has one.
std::optional<std::int64_t> expiry_seconds(const Table& table, const Item& item);

}  // namespace cumulite::dynamodb
