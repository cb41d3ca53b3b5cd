#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "storage/kv/store.h"

/// Objects of INTELLIGENT_TIERING that nobody reads move into the archive tiers that the bucket's
/// configurations name, at midnight; RestoreObject brings them back. The other tiers are read at
/// once and differ by their price only, so they are not told apart here.
namespace cumulite::s3 {

inline constexpr std::string_view kTieringKind = "s3.tiering";

/// Plans the bucket's next run; once however often it is called.
void schedule_tiering(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                      std::int64_t now_ms);

/// The due row's handler: moves what is due and plans the next run.
void run_tiering(Environment& env, const DueRow& row, std::int64_t now_ms);

/// A read keeps the object out of the archive tiers; written once a day at most.
void note_access(const Context& ctx, const BucketRecord& bucket, const std::string& key,
                 const ObjectRecord& record);

}  // namespace cumulite::s3
