#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "emulator/clock/due_index.h"
#include "emulator/core/context.h"

/// Server access logging: a record of each request is a row beside its bucket, and a due row makes
/// an object of them in the target bucket every five minutes.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
namespace cumulite::s3 {

inline constexpr std::string_view kLogDeliveryKind = "s3.logging";

/// Knows which buckets are logged, so that requests to others cost nothing. A hint: the bucket's
/// configuration decides.
class AccessLog {
 public:
  /// Finds the logged buckets; before any request.
  void load(Environment& env);
  /// After an answer was made: keeps its record if its bucket is logged, and learns from
  /// PutBucketLogging. Logging is best effort: what cannot be written is dropped.
  void record(Context& ctx);

 private:
  void learn(const Environment& env, const std::string& bucket);

  std::atomic<std::size_t> count_ = 0;
  std::shared_mutex mutex_;
  std::set<std::string, std::less<>> buckets_;
};

/// Delivers the records of the bucket that the row names.
void deliver_log(Environment& env, const DueRow& row, std::int64_t now_ms);

}  // namespace cumulite::s3
