#pragma once

#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/functions/invocation.h"
#include "emulator/functions/sources/stream_batch.h"
#include "storage/kv/store.h"

/// What a stream's source gives up goes to its on-failure destination: a queue, a topic, or a
/// bucket, which gets the records too.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
namespace cumulite::functions {

struct FailedBatch {
  std::string_view condition;  ///< "RetryAttemptsExhausted", "RecordAgeExceeded".
  std::int64_t invocations = 0;
  const InvocationResult* result = nullptr;  ///< Of the last invocation; null: there was none.
  std::int64_t now_ms = 0;
};

/// The outbox event that tells the destination; its kind is empty when the source has none.
/// `batch` has one record at least.
Event failure_event(const EventSource& source, const LaneRange& range, const StreamBatch& batch,
                    const FailedBatch& failed);

/// Registers the outbox target of buckets.
void register_failure_target(Environment& env);

}  // namespace cumulite::functions
