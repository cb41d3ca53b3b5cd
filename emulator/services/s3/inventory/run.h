#pragma once

#include <cstdint>
#include <string_view>

#include "api/s3.h"
#include "emulator/core/environment.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

/// Inventory reports: lists of a bucket's objects, delivered as files of CSV at one o'clock (UTC)
/// of every day or Sunday.
namespace cumulite::s3 {

inline constexpr std::string_view kInventoryKind = "s3.inventory";

/// Plans the first report of the configuration, for the night after `now_ms`, if it is enabled.
void schedule_inventory(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                        const api::InventoryConfiguration& inventory, std::int64_t now_ms);

/// The due row's handler: delivers the report and plans the next.
void run_inventory(Environment& env, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::s3
