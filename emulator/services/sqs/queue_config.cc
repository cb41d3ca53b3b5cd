#include "emulator/services/sqs/queue_config.h"

#include <fmt/format.h>

#include "emulator/services/sqs/record.h"
#include "emulator/services/sqs/redrive_policy.h"

namespace cumulite::sqs {
namespace {

/// What is in the row, in its order on disk.
void config_fields(auto& row, auto& config) {
  row.fields(config.id, config.account, config.region, config.name, config.policy,
             config.redrive_policy, config.redrive_allow_policy, config.kms_master_key_id,
             config.kms_reuse_seconds);
  row.fields(config.fifo, config.content_based_deduplication, config.deduplication_per_group,
             config.throughput_per_group, config.former_deduplication_per_group,
             config.managed_sse);
  row.fields(config.delay_seconds, config.visibility_timeout_seconds, config.receive_wait_seconds,
             config.message_bytes_max, config.retention_seconds,
             config.former_deduplication_until_ms, config.created_ms, config.modified_ms,
             config.purged_ms);
  row.each(config.tags, [&](auto& tag) { row.fields(tag.first, tag.second); });
}

}  // namespace

std::string QueueConfig::arn() const {
  return fmt::format("arn:aws:sqs:{}:{}:{}", region, account, name);
}

std::string encode_queue(const QueueConfig& config) {
  std::string row;
  RecordWriter writer(row);
  config_fields(writer, config);
  return row;
}

QueueConfig decode_queue(std::string_view row) {
  RecordReader reader(row);
  QueueConfig config;
  config_fields(reader, config);
  config.redrive = parse_redrive_target(config.redrive_policy);
  return config;
}

}  // namespace cumulite::sqs
