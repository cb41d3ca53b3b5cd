#include "emulator/services/s3/log_keys.h"

#include "emulator/services/s3/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3::keys {

namespace {

/// Beyond every Configuration.
constexpr std::uint8_t kLogRecords = 0xFE;
constexpr std::uint8_t kActivity = 0xFD;

}  // namespace

std::string all_buckets() {
  return "B";
}

std::optional<std::string> bucket_of_key(std::string_view key) {
  key.remove_prefix(all_buckets().size());
  auto name = storage::take_part(key);
  if (!name || !key.empty()) return std::nullopt;
  return name;
}

std::string log_records(std::string_view bucket) {
  return configuration(bucket, kLogRecords);
}

std::string log_record(std::string_view bucket, std::uint64_t sequence) {
  std::string key = log_records(bucket);
  storage::append_u64(key, sequence);
  return key;
}

std::string activity(std::string_view bucket, std::string_view id) {
  return configuration(bucket, kActivity, id);
}

}  // namespace cumulite::s3::keys
