#include "emulator/services/s3/bucket/load.h"

#include <array>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/generation.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/keys.h"
#include "protocol/codec/utf8.h"
#include "protocol/http/request.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kKeyLengthMax = 1024;
constexpr std::size_t kBucketNameMax = 255;

/// Rises after each change of any bucket's row. One for all stores of the process: a record that is
/// forgotten in vain is only read again.
std::atomic<std::uint64_t>& generation() {
  static std::atomic<std::uint64_t> value{1};
  return value;
}

/// What a thread remembers of a bucket, true while the generation is that of `read_at`.
struct Remembered {
  const storage::Store* store = nullptr;
  std::uint64_t read_at = 0;
  std::shared_ptr<const BucketRecord> bucket;
};

/// A few are enough: a thread serves requests to few buckets between two changes.
struct Memory {
  std::array<Remembered, 16> slots;
  std::size_t next = 0;
};

Memory& memory() {
  thread_local Memory value;
  return value;
}

}  // namespace

std::optional<BucketRecord> find_bucket(const storage::Reader& reader, std::string_view name) {
  if (name.empty() || name.size() > kBucketNameMax) return std::nullopt;
  const auto row = reader.get(spaces::kS3, keys::bucket(name));
  if (!row) return std::nullopt;
  return BucketRecord::decode(name, *row);
}

std::shared_ptr<const BucketRecord> current_bucket(const storage::Store& store,
                                                   std::string_view name) {
  // Taken before the row is read: a change in between makes what was read look old, never new.
  const std::uint64_t now = bucket_generation();
  Memory& known = memory();
  for (const Remembered& slot : known.slots) {
    if (slot.read_at == now && slot.store == &store && slot.bucket->name == name) {
      return slot.bucket;
    }
  }
  auto found = find_bucket(store, name);
  if (!found) return nullptr;
  Remembered& slot = known.slots[known.next++ % known.slots.size()];
  slot = {&store, now, std::make_shared<const BucketRecord>(std::move(*found))};
  return slot.bucket;
}

void store_bucket(storage::Txn& txn, const BucketRecord& bucket) {
  txn.put(spaces::kS3, keys::bucket(bucket.name), bucket.encode());
  forget_buckets(txn);
}

void forget_buckets(storage::Txn& txn) {
  txn.on_commit([] { forget_buckets(); });
}

std::uint64_t bucket_generation() {
  return generation().load(std::memory_order_acquire);
}

void forget_buckets() {
  generation().fetch_add(1, std::memory_order_release);
}

Result<BucketRecord> load_bucket(const storage::Store& store,
                                 const std::optional<std::string>& name,
                                 const std::optional<std::string>& expected_owner) {
  if (expected_owner && !is_account_id(*expected_owner)) {
    return Error{"InvalidBucketOwnerAWSAccountID",
                 fmt::format("The value of the expected bucket owner parameter must be an AWS "
                             "Account ID... [{}]",
                             *expected_owner),
                 400};
  }
  const auto bucket = current_bucket(store, name.value_or(""));
  if (!bucket) return errors::no_such_bucket(name.value_or(""));
  if (expected_owner && *expected_owner != bucket->owner_account) return errors::access_denied();
  return *bucket;
}

Result<void> check_key(const std::string& key) {
  if (key.size() > kKeyLengthMax) return errors::key_too_long(key.size());
  if (!codec::is_utf8(key)) {
    return Error{"InvalidURI", "Couldn't parse the specified URI.", 400}.with(
        "URI", http::percent_encode(key, true));
  }
  return {};
}

}  // namespace cumulite::s3
