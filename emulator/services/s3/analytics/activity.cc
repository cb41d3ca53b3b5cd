#include "emulator/services/s3/analytics/activity.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "api/s3.h"
#include "emulator/core/log.h"
#include "emulator/core/records/fields.h"
#include "emulator/core/spaces.h"
#include "emulator/services/s3/analytics/report.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/log_keys.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

/// Smaller objects are not worth moving, so that their age does not matter.
constexpr std::uint64_t kAgedBytesMin = 128 * 1024;
/// First day of each group but the first.
constexpr std::int64_t kGroupDays[] = {15, 30, 45, 60, 75, 90, 120, 150, 180, 365, 730};

enum ActivityTag : std::uint8_t {
  kActivityClass = 1,
  kActivityGroup,  ///< Its number, from one.
  kActivityGets,
  kActivityRetrieved,
  kActivityUploaded
};

std::string encode_activity(const Activity& activity) {
  FieldWriter writer;
  for (const auto& [storage_class, counts] : activity) {
    writer.present(kActivityClass, storage_class);
    for (std::size_t group = 0; group < kAgeGroups; ++group) {
      const auto& counted = counts.groups[group];
      if (counted.gets == 0 && counted.uploaded_bytes == 0) continue;
      writer.number(kActivityGroup, group + 1);
      writer.number(kActivityGets, counted.gets);
      writer.number(kActivityRetrieved, counted.retrieved_bytes);
      writer.number(kActivityUploaded, counted.uploaded_bytes);
    }
  }
  return writer.take();
}

Activity decode_activity(std::string_view bytes) {
  Activity activity;
  std::string storage_class;
  std::size_t group = 0;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == kActivityClass) storage_class = reader.text();
    if (reader.tag() == kActivityGroup) group = std::min(reader.number() - 1, kAllAges);
    auto& counted = activity[storage_class].groups[group];
    if (reader.tag() == kActivityGets) counted.gets = reader.number();
    if (reader.tag() == kActivityRetrieved) counted.retrieved_bytes = reader.number();
    if (reader.tag() == kActivityUploaded) counted.uploaded_bytes = reader.number();
  }
  return activity;
}

void count(Context& ctx, const BucketRecord& bucket, const std::string& id,
           const ObjectRecord& record) {
  const std::size_t age = age_group(ctx.now_ms - record.modified_ms, record.size_bytes);
  const bool reads = ctx.route->operation == &api::op::GetObject::info();
  const std::uint64_t sent =
      ctx.response.stream ? ctx.response.stream_length : ctx.response.body.size();
  const std::string key = keys::activity(bucket.name, id);
  const storage::Domains domains = {
      storage::Domain::shared_on(spaces::kS3, keys::bucket(bucket.name)),
      storage::Domain::exclusive_on(spaces::kS3, key)};
  ctx.env.store.transact(domains, [&](storage::Txn& txn) {
    if (!find_bucket(txn, bucket.name)) return;
    Activity activity = decode_activity(txn.get(spaces::kS3, key).value_or(""));
    auto& groups = activity[record.storage_class].groups;
    const auto add = [&](ClassActivity::Group& group) {
      group.gets += reads ? 1 : 0;
      group.retrieved_bytes += reads ? sent : 0;
      group.uploaded_bytes += reads ? 0 : record.size_bytes;
    };
    add(groups[kAllAges]);
    if (age != kAllAges) add(groups[age]);
    txn.put(spaces::kS3, key, encode_activity(activity));
  });
}

}  // namespace

std::size_t age_group(std::int64_t age_ms, std::uint64_t size_bytes) {
  if (size_bytes < kAgedBytesMin) return kAllAges;
  const auto next = std::upper_bound(std::begin(kGroupDays), std::end(kGroupDays), age_ms / kDayMs);
  return static_cast<std::size_t>(next - std::begin(kGroupDays));
}

void count_activity(Context& ctx) {
  const auto* operation = ctx.route->operation;
  const bool counts = operation == &api::op::GetObject::info() ||
                      operation == &api::op::PutObject::info() ||
                      operation == &api::op::CopyObject::info();
  if (!counts || ctx.response.status >= 300) return;
  const auto bucket = current_bucket(ctx.env.store, ctx.route->label("Bucket"));
  if (!bucket || !bucket->has(Configuration::kAnalytics)) return;
  const std::string key(ctx.route->label("Key"));
  const auto version = find_latest(ctx.env.store, *bucket, key);
  if (!version || version->record.delete_marker) return;
  try {
    for (const auto& row : list_configurations(ctx.env.store, *bucket, Configuration::kAnalytics)) {
      api::AnalyticsConfiguration analytics;
      decode_shape(configuration_shape(Configuration::kAnalytics), row.value, &analytics);
      if (export_of(analytics) == nullptr) continue;
      if (is_analysed(analytics, key, version->record)) {
        count(ctx, *bucket, analytics.Id.value_or(""), version->record);
      }
    }
  } catch (const storage::StorageError& failure) {
    log::warning("an access was not counted for the analysis: {}", failure.what());
  }
}

Activity take_activity(storage::Txn& txn, const std::string& bucket, const std::string& id) {
  const std::string key = keys::activity(bucket, id);
  const auto row = txn.get(spaces::kS3, key);
  if (!row) return {};
  txn.del(spaces::kS3, key);
  return decode_activity(*row);
}

}  // namespace cumulite::s3
