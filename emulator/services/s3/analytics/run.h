#pragma once

#include <cstdint>
#include <string_view>

#include "api/s3.h"
#include "emulator/core/environment.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

/// Exports of storage class analyses: every 24 hours the file of each gets the lines of a day.
namespace cumulite::s3 {

inline constexpr std::string_view kAnalyticsKind = "s3.analytics";

/// Plans the first export of the analysis, if it has one.
void schedule_analytics(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                        const api::AnalyticsConfiguration& analytics, std::int64_t now_ms);

/// The due row's handler: exports and plans the next time.
void run_analytics(Environment& env, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::s3
