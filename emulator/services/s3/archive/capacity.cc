#include "emulator/services/s3/archive/capacity.h"

#include <string>

#include "emulator/core/expedited_capacity.h"
#include "emulator/core/spaces.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using spaces::kS3;

// Rows of kS3 beside those that keys.h draws: 'C' account -> what the admin call set, 'E' account
// -> a counter of restores in progress. An empty account stands for all.
std::string row_key(char kind, std::string_view account) {
  std::string key(1, kind);
  storage::append_part(key, account);
  return key;
}

constexpr ExpeditedCapacity kCapacity = {
    .space = kS3,
    .key = [](std::string_view account) { return row_key('C', account); },
    .what = "restores",
};

}  // namespace

bool begin_expedited(storage::Txn& txn, const Environment& env, std::string_view account) {
  const auto capacity = kCapacity.read(txn, env.settings, account);
  const std::string key = row_key('E', account);
  const std::int64_t running = txn.counter(kS3, key);
  if (capacity && running >= 0 && static_cast<std::uint64_t>(running) >= *capacity) return false;
  txn.add(kS3, key, 1);
  return true;
}

void end_expedited(storage::Txn& txn, std::string_view account) {
  txn.add(kS3, row_key('E', account), -1);
}

void add_capacity_path(Environment& env) {
  kCapacity.add_path(env, "/_cumulite/s3/expedited-capacity");
}

}  // namespace cumulite::s3
