#include "emulator/services/s3/logging/access_log.h"

#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "api/s3.h"
#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "emulator/services/s3/access/delivery.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/log_keys.h"
#include "emulator/services/s3/logging/log_line.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/object_access.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

constexpr std::int64_t kIntervalMs = 5 * 60'000;
constexpr std::size_t kRecordsAtOnce = 5'000;
constexpr std::size_t kUniqueCharacters = 16;

std::optional<api::LoggingEnabled> logging_of(const storage::Reader& reader,
                                              const BucketRecord& bucket) {
  auto status =
      read_configuration<api::BucketLoggingStatus>(reader, bucket, Configuration::kLogging);
  if (!status) return std::nullopt;
  return std::move(status->LoggingEnabled);
}

void append(Context& ctx, const BucketRecord& bucket) {
  const std::string key = keys::log_record(bucket.name, next_sequence(ctx.now_ms));
  const std::string line = log_line(ctx, bucket);
  const storage::Domains domains = {
      storage::Domain::shared_on(spaces::kS3, keys::bucket(bucket.name)),
      storage::Domain::exclusive_on(spaces::kS3, key)};
  ctx.env.store.transact(domains, [&](storage::Txn& txn) {
    if (!find_bucket(txn, bucket.name)) return;
    txn.put(spaces::kS3, key, line);
    DueRow row;
    row.account = bucket.owner_account;
    row.due_ms = (ctx.now_ms / kIntervalMs + 1) * kIntervalMs;
    row.kind = kLogDeliveryKind;
    row.id = bucket.name;
    ctx.env.due.schedule(txn, row);
  });
}

/// Stores one log object of the records; those of a target that is gone are dropped, as S3 does.
void store_log(Environment& env, const BucketRecord& bucket, const storage::Page& page,
               std::int64_t now_ms) {
  const auto logging = logging_of(env.store, bucket);
  if (!logging) return;
  auto body = env.blobs.make_spool();
  for (const auto& row : page.rows) body->append(row.value);
  ObjectToStore object;
  object.key = log_key(*logging, bucket, now_ms, ids::random_alphanumeric_upper(kUniqueCharacters));
  object.content_type = "text/plain";
  const BucketAccess target{bucket.owner_account, bucket.region,
                            logging->TargetBucket.value_or("")};
  if (!takes_delivery(env, bucket, target.bucket, kLoggingPrincipal, object.key)) {
    log::warning("bucket {} lets nobody deliver the log of {}", target.bucket, bucket.name);
    return;
  }
  if (const auto stored = store_object(env, target, object, std::move(body)); !stored.ok()) {
    log::warning("the log of bucket {} was not delivered: {}", bucket.name, stored.error().message);
  }
}

}  // namespace

void AccessLog::load(Environment& env) {
  std::string from = keys::all_buckets();
  const std::string end = storage::prefix_end(from);
  for (bool more = true; more;) {
    const auto page = env.store.range(spaces::kS3, from, end);
    more = page.more;
    for (const auto& row : page.rows) {
      const auto name = keys::bucket_of_key(row.key);
      if (name && BucketRecord::decode(*name, row.value).has(Configuration::kLogging)) {
        buckets_.insert(*name);
      }
      from = row.key + '\0';
    }
  }
  count_ = buckets_.size();
}

void AccessLog::learn(const Environment& env, const std::string& bucket) {
  const auto found = find_bucket(env.store, bucket);
  const std::unique_lock lock(mutex_);
  if (found && found->has(Configuration::kLogging)) {
    buckets_.insert(bucket);
  } else {
    buckets_.erase(bucket);
  }
  count_ = buckets_.size();
}

void AccessLog::record(Context& ctx) {
  const bool configures = ctx.route->operation == &api::op::PutBucketLogging::info();
  if (!configures && count_.load(std::memory_order_relaxed) == 0) return;
  const std::string name(ctx.route->label("Bucket"));
  try {
    if (configures && ctx.response.status < 300) learn(ctx.env, name);
    {
      const std::shared_lock lock(mutex_);
      if (!buckets_.contains(name)) return;
    }
    const auto bucket = current_bucket(ctx.env.store, name);
    if (bucket && bucket->has(Configuration::kLogging)) {
      append(ctx, *bucket);
    } else {
      learn(ctx.env, name);
    }
  } catch (const storage::StorageError& failure) {
    log::warning("a record of the access log was lost: {}", failure.what());
  }
}

void deliver_log(Environment& env, const DueRow& row, std::int64_t now_ms) {
  const auto bucket = find_bucket(env.store, row.id);
  const std::string prefix = keys::log_records(row.id);
  for (bool more = bucket.has_value(); more;) {
    const auto page = env.store.range(spaces::kS3, prefix, storage::prefix_end(prefix),
                                      {.limit = kRecordsAtOnce});
    more = page.more;
    if (page.rows.empty()) break;
    store_log(env, *bucket, page, now_ms);
    const storage::Domains domains = {storage::Domain::exclusive_on(spaces::kS3, prefix)};
    env.store.transact(domains, [&](storage::Txn& txn) {
      for (const auto& record : page.rows) txn.del(spaces::kS3, record.key);
    });
  }
  env.store.transact({}, [&](storage::Txn& txn) { env.due.remove(txn, row); });
}

}  // namespace cumulite::s3
