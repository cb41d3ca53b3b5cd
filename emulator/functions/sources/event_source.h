#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/functions/function.h"
#include "protocol/result.h"

/// What an event source mapping is: which queue or stream a function reads, and how. Kept as a JSON
/// row and configured as the same JSON, in the functions file and through the admin API.
/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
namespace cumulite::functions {

inline constexpr std::int64_t kBatchSizeMax = 10'000;
inline constexpr std::int64_t kBatchSizeFifoMax = 10;
inline constexpr std::int64_t kBatchingWindowSecondsMax = 300;
inline constexpr std::int64_t kParallelizationMax = 10;
inline constexpr std::int64_t kRecordAgeSecondsMax = 604'800;
inline constexpr std::int64_t kRecordRetriesMax = 10'000;
inline constexpr std::int64_t kTumblingWindowSecondsMax = 900;
/// Batches of a queue at a time, if the source does not say.
inline constexpr std::int64_t kQueueConcurrency = 10;

/// JSON: {"id", "function", "event_source_arn", "batch_size", "batching_window_seconds",
/// "report_batch_item_failures", "enabled", "maximum_concurrency", "filters", "starting_position",
/// "parallelization_factor", "bisect_batch_on_function_error", "maximum_record_age_seconds",
/// "maximum_retry_attempts", "tumbling_window_seconds", "on_failure_arn", "tags", ...}.
struct EventSource {
  std::string id;  ///< UUID, given when it is made.
  std::string account;
  std::string region;
  std::string function;          ///< Name, with ":QUALIFIER" if there is one.
  std::string event_source_arn;  ///< Of an SQS queue or a DynamoDB stream.
  std::int64_t batch_size = 10;
  std::int64_t batching_window_seconds = 0;
  bool report_batch_item_failures = false;
  bool enabled = true;
  std::vector<std::string> filters = {};  ///< Event patterns; an event passes by any of them.
  std::int64_t modified_ms = 0;
  std::vector<std::string> metrics = {};  ///< "EventCount": shown, not measured.
  std::string kms_key_arn = {};
  std::vector<std::pair<std::string, std::string>> tags = {};

  /// Queues: batches at a time, 1 to kConcurrencyMax; 0: as many as kQueueConcurrency.
  std::int64_t maximum_concurrency = 0;

  /// Streams: TRIM_HORIZON or LATEST.
  std::string starting_position = {};
  /// The first record that a stream's LATEST means, fixed when the source is made.
  std::uint64_t starting_sequence = 0;
  std::int64_t parallelization_factor = 1;
  bool bisect_on_error = false;
  std::int64_t maximum_record_age_seconds = -1;  ///< -1: as long as the stream keeps them.
  std::int64_t maximum_retry_attempts = -1;      ///< -1: until they are too old.
  std::int64_t tumbling_window_seconds = 0;      ///< 0: none.
  std::string on_failure_arn = {};               ///< Queue, topic or bucket.

  bool is_queue() const;

  bool is_fifo() const { return event_source_arn.ends_with(".fifo"); }

  /// arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
  std::string function_arn() const;
  /// arn:aws:lambda:REGION:ACCOUNT:event-source-mapping:ID
  std::string arn() const;

  bool operator==(const EventSource&) const = default;
};

using EventSourcePtr = std::shared_ptr<const EventSource>;

/// Errors: `ValidationException` that names the member.
Result<EventSource> parse_event_source(std::string_view json, const Scope& scope);
std::string to_json(const EventSource& source);

/// "name" or "name:qualifier" of an ARN, a partial ARN ("ACCOUNT:function:name") or a name.
std::string qualified_name(std::string_view arn_or_name);

}  // namespace cumulite::functions
