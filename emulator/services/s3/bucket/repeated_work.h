#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

/// What S3 does to a bucket again and again, as long as a configuration asks for it: lifecycle,
/// tiering, inventories, analyses. Each time is a due row, which plans the next one.
namespace cumulite::s3 {

/// A bucket, and the configuration's id where it may have several of the kind.
struct WorkSubject {
  const BucketRecord& bucket;
  std::string id;
};

struct RepeatedWork {
  std::string_view kind;  ///< Of its due rows.
  /// Does what is due. What fails is logged: it has a next time.
  void (*run)(Environment& env, const WorkSubject& subject, std::int64_t now_ms);
  /// When it comes again; nullopt if nothing asks for it any more.
  std::optional<std::int64_t> (*next_ms)(const storage::Reader& reader, const WorkSubject& subject,
                                         std::int64_t now_ms);
};

/// Midnight (UTC) after the time.
std::int64_t next_midnight(std::int64_t now_ms);

/// Plans a run; the same one once, however often it is called. In a transaction on the bucket.
void schedule_work(storage::Txn& txn, Environment& env, std::string_view kind,
                   const WorkSubject& subject, std::int64_t due_ms);

/// The due row's handler: runs the work if the bucket is still there, and plans the next time.
void run_work(Environment& env, const RepeatedWork& work, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::s3
