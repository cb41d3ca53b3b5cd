#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A queue's definition: identity, attributes, tags. Immutable once published; a change makes a new
/// one.
namespace cumulite::sqs {

inline constexpr std::int32_t kMessageBytesMax = 1'048'576;

struct RedriveTarget {
  std::string dead_letter_arn;
  std::uint32_t max_receive_count = 10;
};

struct QueueConfig {
  std::uint64_t id = 0;
  std::string account;
  std::string region;
  std::string name;
  bool fifo = false;

  std::int32_t delay_seconds = 0;
  std::int32_t visibility_timeout_seconds = 30;
  std::int32_t receive_wait_seconds = 0;
  std::int32_t message_bytes_max = kMessageBytesMax;
  std::int32_t retention_seconds = 345'600;

  bool content_based_deduplication = false;
  bool deduplication_per_group = false;  ///< DeduplicationScope is messageGroup.
  bool throughput_per_group = false;     ///< FifoThroughputLimit is perMessageGroupId.
  /// The scope that applied before the last change, and until when: a change of the attribute takes
  /// up to 60 seconds to reach the senders (golden test_fifo_change_to_high_throughput).
  bool former_deduplication_per_group = false;
  std::int64_t former_deduplication_until_ms = 0;

  std::string policy;  ///< JSON text as given; empty: none.
  std::string redrive_policy;
  std::string redrive_allow_policy;
  std::string kms_master_key_id;
  std::string kms_reuse_seconds;  ///< As given; empty: not set.
  bool managed_sse = true;

  std::int64_t created_ms = 0;
  std::int64_t modified_ms = 0;
  std::int64_t purged_ms = 0;  ///< Of the last purge; 0: never.
  std::vector<std::pair<std::string, std::string>> tags;

  /// Made of redrive_policy by decode and by the attribute writer.
  std::optional<RedriveTarget> redrive = {};

  std::string arn() const;

  bool deduplicates_per_group(std::int64_t now_ms) const {
    return now_ms < former_deduplication_until_ms ? former_deduplication_per_group
                                                  : deduplication_per_group;
  }
};

std::string encode_queue(const QueueConfig& config);
QueueConfig decode_queue(std::string_view row);

}  // namespace cumulite::sqs
