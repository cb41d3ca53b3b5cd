#pragma once

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/item/item_writer.h"

namespace cumulite::dynamodb {

Result<api::UpdateTimeToLiveOutput> update_time_to_live(Context& ctx,
                                                        const api::UpdateTimeToLiveInput& in);
Result<api::DescribeTimeToLiveOutput> describe_time_to_live(Context& ctx,
                                                            const api::DescribeTimeToLiveInput& in);

/// Keeps the due row of an item's expiry in step with a change of the item.
void schedule_expiry(Database& db, storage::Txn& txn, const Table& table, const Change& change);

/// Deletes items when they are due.
void register_expiry(Database& db);

}  // namespace cumulite::dynamodb
