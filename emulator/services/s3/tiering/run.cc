#include "emulator/services/s3/tiering/run.h"

#include <optional>
#include <utility>

#include "emulator/services/s3/bucket/repeated_work.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/listing/version_walk.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/tiering/tiers.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

TieringConfigurations read_configurations(const storage::Reader& reader,
                                          const BucketRecord& bucket) {
  TieringConfigurations configurations;
  for (const auto& row : list_configurations(reader, bucket, Configuration::kIntelligentTiering)) {
    decode_shape(configuration_shape(Configuration::kIntelligentTiering), row.value,
                 &configurations.emplace_back());
  }
  return configurations;
}

/// A tier is left by a restore only, so an object goes from none to one, or deeper.
bool is_deeper(std::string_view tier, std::string_view than) {
  return than.empty() ? !tier.empty() : than == "ARCHIVE_ACCESS" && tier == "DEEP_ARCHIVE_ACCESS";
}

void move_objects(Environment& env, const WorkSubject& subject, std::int64_t now_ms) {
  const BucketRecord& bucket = subject.bucket;
  const auto configurations = read_configurations(env.store, bucket);
  if (configurations.empty()) return;
  const EventCause cause{bucket.owner_account, bucket.region, "s3.amazonaws.com",
                         "s3.amazonaws.com",   "tiering",     now_ms};
  VersionWalk walk(env.store, bucket, "");
  while (const auto version = walk.next()) {
    const std::string_view tier =
        archive_tier_of(configurations, version->key, version->record, now_ms);
    if (!is_deeper(tier, version->record.access_tier) || version->record.restore.ongoing) continue;
    with_version(
        env.store, bucket, version->key, version->record,
        [&](storage::Txn& txn, FoundVersion& found) {
          found.record.access_tier = tier;
          rewrite_version(txn, bucket, version->key, found);
          emit_event(txn, env, cause, bucket, {"IntelligentTiering", version->key, found.record});
        });
  }
}

std::optional<std::int64_t> next_tiering_ms(const storage::Reader&, const WorkSubject& subject,
                                            std::int64_t now_ms) {
  if (!subject.bucket.has(Configuration::kIntelligentTiering)) return std::nullopt;
  return next_midnight(now_ms);
}

}  // namespace

void schedule_tiering(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                      std::int64_t now_ms) {
  schedule_work(txn, env, kTieringKind, {bucket, {}}, next_midnight(now_ms));
}

void run_tiering(Environment& env, const DueRow& row, std::int64_t now_ms) {
  run_work(env, {kTieringKind, &move_objects, &next_tiering_ms}, row, now_ms);
}

void note_access(const Context& ctx, const BucketRecord& bucket, const std::string& key,
                 const ObjectRecord& record) {
  if (record.storage_class != "INTELLIGENT_TIERING") return;
  if (record.accessed_ms / kDayMs >= ctx.now_ms / kDayMs) return;
  with_version(ctx.env.store, bucket, key, record, [&](storage::Txn& txn, FoundVersion& found) {
    found.record.accessed_ms = ctx.now_ms;
    rewrite_version(txn, bucket, key, found);
  });
}

}  // namespace cumulite::s3
