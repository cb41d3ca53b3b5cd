#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "emulator/services/dynamodb/item/item_writer.h"

/// The past of a table with point-in-time recovery: for each write, what the item was until then,
/// in a row beside the item's (keys.h), written in the item's transaction and guarded by its
/// domain. What the table was at a time is then known item by item: the image in the item's first
/// log row after that time, or else the item as it is. Of several writes to an item in one
/// millisecond only the first is kept, which is all that a time in milliseconds can ask for.
namespace cumulite::dynamodb {

/// The moment that recovery reaches back to.
std::int64_t earliest_restorable_ms(const Recovery& recovery, std::int64_t now_ms);
/// The newest moment that recovery can restore: five minutes back, as the service's.
std::int64_t latest_restorable_ms(const Recovery& recovery, std::int64_t now_ms);

/// Adds the row of a change of a table with recovery, at the moment of its transaction.
void log_change(Database& db, storage::Txn& txn, const Table& table, const Change& change);
/// Drops the log, when recovery is turned off or the table is deleted.
void drop_log(storage::Txn& txn, const Table& table);

/// Calls `visit` with each item (encoded) of the table as it was at the end of the millisecond
/// `at_ms`; with nullopt as it is now. The reader must see a table that nobody writes to.
void visit_items(const storage::Reader& reader, const Table& table,
                 std::optional<std::int64_t> at_ms,
                 const std::function<void(std::string_view encoded)>& visit);

/// An item that was written in a span of time.
struct ItemChange {
  std::string key_image;                 ///< Any image of the item, for its key.
  std::optional<std::string> old_image;  ///< Encoded, before the span.
  std::optional<std::string> new_image;  ///< Encoded, at its end.
  std::int64_t written_ms = 0;           ///< Its last write within the span.
};

/// Calls `visit` for each item written at or after `from_ms` and before `to_ms`. An item that came
/// and went within one millisecond left no image, and is not shown.
void visit_changes(const storage::Reader& reader, const Table& table, std::int64_t from_ms,
                   std::int64_t to_ms, const std::function<void(const ItemChange&)>& visit);

/// Starts the daily trimming of a table whose recovery was just turned on.
void schedule_log_trim(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms);
/// The due kind that trims.
void register_log_trim(Database& db);

}  // namespace cumulite::dynamodb
