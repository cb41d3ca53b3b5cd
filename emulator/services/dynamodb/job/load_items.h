#pragma once

#include <functional>
#include <optional>
#include <string>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb {

/// Puts items into a table in batches of one transaction each, alone on the table for the moment of
/// a batch. `next` gives the items, nullopt at the end. False if the table went meanwhile.
/// Indexes, totals, stream, log and replicas follow as with any other write.
/// `into_replica`: the items are those of another region as they were, so they go no further, and
/// give way to what has been written since.
bool load_items(Database& db, const std::string& table_row,
                const std::function<std::optional<Item>()>& next, bool into_replica = false);

/// Marks a table that was being filled as ACTIVE, and its restore as done.
void finish_filling(Database& db, const std::string& table_row);

}  // namespace cumulite::dynamodb
