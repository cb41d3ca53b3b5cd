#include "emulator/services/sqs/queue_config.h"

#include <fmt/format.h>

#include "emulator/services/sqs/record.h"
#include "emulator/services/sqs/redrive_policy.h"

namespace cumulite::sqs {

std::string QueueConfig::arn() const {
  return fmt::format("arn:aws:sqs:{}:{}:{}", region, account, name);
}

std::string encode_queue(const QueueConfig& config) {
  std::string row;
  RecordWriter writer(row);
  writer.u64(config.id);
  for (const std::string* text :
       {&config.account, &config.region, &config.name, &config.policy, &config.redrive_policy,
        &config.redrive_allow_policy, &config.kms_master_key_id, &config.kms_reuse_seconds}) {
    writer.text(*text);
  }
  for (const bool flag :
       {config.fifo, config.content_based_deduplication, config.deduplication_per_group,
        config.throughput_per_group, config.former_deduplication_per_group, config.managed_sse}) {
    writer.u8(flag ? 1 : 0);
  }
  for (const std::int64_t number :
       {std::int64_t{config.delay_seconds}, std::int64_t{config.visibility_timeout_seconds},
        std::int64_t{config.receive_wait_seconds}, std::int64_t{config.message_bytes_max},
        std::int64_t{config.retention_seconds}, config.former_deduplication_until_ms,
        config.created_ms, config.modified_ms, config.purged_ms}) {
    writer.i64(number);
  }
  writer.u32(static_cast<std::uint32_t>(config.tags.size()));
  for (const auto& [key, value] : config.tags) {
    writer.text(key);
    writer.text(value);
  }
  return row;
}

QueueConfig decode_queue(std::string_view row) {
  RecordReader reader(row);
  QueueConfig config;
  config.id = reader.u64();
  for (std::string* text :
       {&config.account, &config.region, &config.name, &config.policy, &config.redrive_policy,
        &config.redrive_allow_policy, &config.kms_master_key_id, &config.kms_reuse_seconds}) {
    *text = reader.text();
  }
  for (bool* flag : {&config.fifo, &config.content_based_deduplication,
                     &config.deduplication_per_group, &config.throughput_per_group,
                     &config.former_deduplication_per_group, &config.managed_sse}) {
    *flag = reader.u8() != 0;
  }
  for (std::int32_t* seconds :
       {&config.delay_seconds, &config.visibility_timeout_seconds, &config.receive_wait_seconds,
        &config.message_bytes_max, &config.retention_seconds}) {
    *seconds = static_cast<std::int32_t>(reader.i64());
  }
  for (std::int64_t* time : {&config.former_deduplication_until_ms, &config.created_ms,
                             &config.modified_ms, &config.purged_ms}) {
    *time = reader.i64();
  }
  config.tags.resize(reader.u32());
  for (auto& [key, value] : config.tags) {
    key = reader.text();
    value = reader.text();
  }
  config.redrive = parse_redrive_target(config.redrive_policy);
  return config;
}

}  // namespace cumulite::sqs
