#include "emulator/services/s3/analytics/run.h"

#include <memory>
#include <optional>
#include <string>

#include "emulator/core/log.h"
#include "emulator/services/s3/access/delivery.h"
#include "emulator/services/s3/analytics/activity.h"
#include "emulator/services/s3/analytics/report.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/bucket/repeated_work.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/listing/version_walk.h"
#include "emulator/services/s3/object_access.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

std::optional<api::AnalyticsConfiguration> exported_analysis(const storage::Reader& reader,
                                                             const BucketRecord& bucket,
                                                             const std::string& id) {
  auto found = read_configuration<api::AnalyticsConfiguration>(reader, bucket,
                                                               Configuration::kAnalytics, id);
  if (!found || export_of(*found) == nullptr) return std::nullopt;
  return found;
}

StorageByClass stored_objects(Environment& env, const BucketRecord& bucket,
                              const api::AnalyticsConfiguration& analytics, std::int64_t now_ms) {
  StorageByClass stored;
  VersionWalk walk(env.store, bucket, "");
  while (const auto version = walk.next()) {
    if (version->record.delete_marker) continue;
    if (!is_analysed(analytics, version->key, version->record)) continue;
    stored[version->record.storage_class].add(version->record, now_ms);
  }
  return stored;
}

/// The export as it lies there, or nothing: then it begins anew.
std::string read_export(Environment& env, const BucketAccess& target, const std::string& key) {
  constexpr std::size_t kPieceBytes = 64 * 1024;
  const auto body = open_object(env, target, key);
  std::string text;
  if (!body.ok()) return text;
  for (std::string piece(kPieceBytes, '\0');;) {
    const std::size_t count = (*body)->read(piece.data(), piece.size());
    if (count == 0) return text;
    text.append(piece, 0, count);
  }
}

Result<void> export_analysis(Environment& env, const BucketRecord& bucket,
                             const api::AnalyticsConfiguration& analytics, std::int64_t now_ms) {
  const auto& destination = *export_of(analytics);
  const BucketAccess target{bucket.owner_account, bucket.region,
                            destination.Bucket->substr(kBucketArn.size()),
                            destination.BucketAccountId};
  const std::string prefix = destination.Prefix.value_or("");
  const std::string folder = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + '/';
  ObjectToStore object;
  object.key = folder + bucket.name + '/' + *analytics.Id + ".csv";
  object.content_type = "text/csv";
  if (!takes_delivery(env, bucket, target.bucket, kS3Principal, object.key)) {
    return errors::access_denied();
  }
  const auto stored = stored_objects(env, bucket, analytics, now_ms);
  const Activity activity = env.store.transact(bucket_domains(bucket.name), [&](storage::Txn& txn) {
    return take_activity(txn, bucket.name, *analytics.Id);
  });
  auto body = env.blobs.make_spool();
  body->append(merge_analytics(read_export(env, target, object.key),
                               analytics_lines(analytics, stored, activity, now_ms)));
  CUMULITE_TRY(store_object(env, target, object, std::move(body)));
  return {};
}

void run_export(Environment& env, const WorkSubject& subject, std::int64_t now_ms) {
  const auto analytics = exported_analysis(env.store, subject.bucket, subject.id);
  if (!analytics) return;
  if (const auto done = export_analysis(env, subject.bucket, *analytics, now_ms); !done.ok()) {
    log::warning("the analysis {} of bucket {} was not exported: {}", subject.id,
                 subject.bucket.name, done.error().message);
  }
}

std::optional<std::int64_t> next_export_ms(const storage::Reader& reader,
                                           const WorkSubject& subject, std::int64_t now_ms) {
  if (!exported_analysis(reader, subject.bucket, subject.id)) return std::nullopt;
  return next_midnight(now_ms);
}

}  // namespace

void schedule_analytics(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                        const api::AnalyticsConfiguration& analytics, std::int64_t now_ms) {
  if (export_of(analytics) == nullptr) return;
  // After the first whole day; at midnight, so that what is put twice is exported once.
  schedule_work(txn, env, kAnalyticsKind, {bucket, *analytics.Id}, next_midnight(now_ms) + kDayMs);
}

void run_analytics(Environment& env, const DueRow& row, std::int64_t now_ms) {
  run_work(env, {kAnalyticsKind, &run_export, &next_export_ms}, row, now_ms);
}

}  // namespace cumulite::s3
