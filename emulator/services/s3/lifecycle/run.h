#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

inline constexpr std::string_view kLifecycleKind = "s3.lifecycle";

/// Plans the bucket's next run, at the midnight after `now_ms`; once however often it is called.
void schedule_lifecycle(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                        std::int64_t now_ms);

/// The due row's handler: does everything that is due in the bucket and plans the next run.
void run_lifecycle(Environment& env, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::s3
