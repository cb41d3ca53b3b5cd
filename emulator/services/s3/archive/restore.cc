#include "emulator/services/s3/archive/restore.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/s3/archive/capacity.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/checksum/checksum.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

/// Slowest first.
constexpr std::array<std::string_view, 3> kTiers = {"Bulk", "Standard", "Expedited"};
constexpr std::string_view kExpedited = kTiers.back();

std::ptrdiff_t speed_of(std::string_view tier) {
  return std::find(kTiers.begin(), kTiers.end(), tier) - kTiers.begin();
}

struct Bounds {
  std::int64_t shortest_ms;
  std::int64_t longest_ms;
};

/// What AWS documents: Expedited 1-5 minutes, Standard 3-5 hours, Bulk 5-12; from the deep archive
/// within 12 and 48 hours.
Bounds bounds_of(const ObjectRecord& record, std::string_view tier) {
  const bool deep =
      record.storage_class == "DEEP_ARCHIVE" || record.access_tier == "DEEP_ARCHIVE_ACCESS";
  if (tier == "Expedited") return {kMinuteMs, 5 * kMinuteMs};
  if (tier == "Standard")
    return deep ? Bounds{9 * kHourMs, 12 * kHourMs} : Bounds{3 * kHourMs, 5 * kHourMs};
  return deep ? Bounds{36 * kHourMs, 48 * kHourMs} : Bounds{5 * kHourMs, 12 * kHourMs};
}

/// By the daemon's seed and the object's name, so that a run can be repeated.
std::int64_t duration_of(std::uint64_t seed, const BucketRecord& bucket, const std::string& key,
                         const ObjectRecord& record, std::string_view tier) {
  const Bounds bounds = bounds_of(record, tier);
  const std::string digest = checksum::digest(
      checksum::Algorithm::kSha256, fmt::format("{}/{}/{}/{}", seed, bucket.name, tier, key));
  std::string_view bytes = digest;
  const std::uint64_t number = storage::take_u64(bytes).value_or(0);
  const auto span = static_cast<std::uint64_t>(bounds.longest_ms - bounds.shortest_ms);
  return bounds.shortest_ms + static_cast<std::int64_t>(number % (span + 1));
}

/// The version that a due row is about: bucket, key, and the version's identity.
std::string encode_subject(const std::string& bucket, const std::string& key,
                           const ObjectRecord& record, bool is_expedited) {
  FieldWriter writer;
  writer.text(1, bucket);
  writer.text(2, key);
  writer.text(3, version_id_of(record));
  writer.number(4, record.sequence);
  if (is_expedited) writer.number(5, 1);
  return writer.take();
}

struct Subject {
  std::string bucket;
  std::string key;
  std::string version_id;
  std::uint64_t sequence = 0;
  bool is_expedited = false;  ///< A restore that takes from the capacity while it runs.
};

Subject decode_subject(std::string_view bytes) {
  Subject subject;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == 1) subject.bucket = reader.text();
    if (reader.tag() == 2) subject.key = reader.text();
    if (reader.tag() == 3) subject.version_id = reader.text();
    if (reader.tag() == 4) subject.sequence = reader.number();
    if (reader.tag() == 5) subject.is_expedited = reader.number() != 0;
  }
  return subject;
}

DueRow due_row(const BucketRecord& bucket, const std::string& key, const ObjectRecord& record,
               std::string_view kind, std::int64_t due_ms) {
  DueRow row;
  row.account = bucket.owner_account;
  row.due_ms = due_ms;
  row.kind = kind;
  const bool is_expedited = kind == kRestoreKind && record.restore.tier == kExpedited;
  row.payload = encode_subject(bucket.name, key, record, is_expedited);
  row.id = row.payload;
  return row;
}

EventCause own_cause(const BucketRecord& bucket, std::int64_t now_ms) {
  return {bucket.owner_account, bucket.region, "AmazonCustomer:" + bucket.owner_id,
          "s3.amazonaws.com",   "restore",     now_ms};
}

Error no_expedited_capacity() {
  return {"GlacierExpeditedRetrievalNotAvailable",
          "Glacier expedited retrievals are currently not available, please try again later", 503};
}

Error already_in_progress() {
  return {"RestoreAlreadyInProgress", "Object restore is already in progress", 409};
}

struct Asked {
  std::int64_t days = 0;
  std::string tier;
};

Result<Asked> read_request(const api::RestoreObjectRequest& req) {
  if (!req.RestoreRequest) return errors::malformed_xml();
  const auto& restore = *req.RestoreRequest;
  if (restore.Type || restore.SelectParameters || restore.OutputLocation) {
    return Error{"MethodNotAllowed", "The specified method is not allowed against this resource.",
                 405};
  }
  Asked asked{restore.Days.value_or(0), restore.Tier.value_or("Standard")};
  if (restore.GlacierJobParameters && restore.GlacierJobParameters->Tier) {
    asked.tier = *restore.GlacierJobParameters->Tier;
  }
  if (speed_of(asked.tier) == static_cast<std::ptrdiff_t>(kTiers.size())) {
    return errors::malformed_xml();
  }
  return asked;
}

/// What one request does to the version, and whether its copy was there already.
Result<bool> apply(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                   const std::string& key, ObjectRecord& record, const Asked& asked,
                   std::int64_t now_ms) {
  const bool tiered = !record.access_tier.empty();
  if (!tiered && record.storage_class != "GLACIER" && record.storage_class != "DEEP_ARCHIVE") {
    return Error{"InvalidObjectState",
                 "Restore is not allowed for the object's current storage class", 403}
        .with("StorageClass", record.storage_class);
  }
  const std::string& archive = tiered ? record.access_tier : record.storage_class;
  if (asked.tier == "Expedited" && archive.starts_with("DEEP_ARCHIVE")) {
    return errors::invalid_argument(
        "Expedited retrievals are not available for objects of the storage class " + archive,
        "Tier", asked.tier);
  }
  // What comes back from a tier stays; a copy of an archived object is asked for by days.
  if (!tiered && asked.days <= 0) return errors::malformed_xml();
  RestoreRecord& restore = record.restore;
  if (restore.requested && restore.ongoing) {
    // A faster tier is an upgrade of the running restore; it does not change the days.
    if (speed_of(asked.tier) <= speed_of(restore.tier)) return already_in_progress();
  } else if (restore.requested) {
    env.due.remove(txn, due_row(bucket, key, record, kRestoreExpiryKind, restore.expiry_ms));
    restore.expiry_ms = due_midnight(now_ms, asked.days);
    env.due.schedule(txn, due_row(bucket, key, record, kRestoreExpiryKind, restore.expiry_ms));
    return true;
  } else {
    restore.days = asked.days;
  }
  if (asked.tier == kExpedited && !begin_expedited(txn, env, bucket.owner_account)) {
    return no_expedited_capacity();
  }
  restore.requested = true;
  restore.ongoing = true;
  restore.tier = asked.tier;
  env.due.schedule(
      txn, due_row(bucket, key, record, kRestoreKind,
                   now_ms + duration_of(env.settings.seed, bucket, key, record, asked.tier)));
  return false;
}

/// Runs `change(Txn&, bucket, version)` on what the row is about, if that is still there, and
/// removes the row in the same transaction.
void settle_row(Environment& env, const DueRow& row,
                const std::function<void(storage::Txn&, const BucketRecord&, const std::string&,
                                         FoundVersion&)>& change) {
  const Subject subject = decode_subject(row.payload);
  env.store.transact(object_domains(subject.bucket, subject.key), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    if (subject.is_expedited) end_expedited(txn, row.account);
    const auto bucket = find_bucket(txn, subject.bucket);
    const auto id = parse_version_id(subject.version_id);
    if (!bucket || !id.ok()) return;
    auto version = find_version(txn, *bucket, subject.key, *id);
    if (!version || version->record.sequence != subject.sequence) return;
    if (!version->record.restore.requested) return;
    change(txn, *bucket, subject.key, *version);
  });
}

}  // namespace

void finish_restore(Environment& env, const DueRow& row, std::int64_t now_ms) {
  settle_row(env, row,
             [&](storage::Txn& txn, const BucketRecord& bucket, const std::string& key,
                 FoundVersion& version) {
               RestoreRecord& restore = version.record.restore;
               if (!restore.ongoing) return;  // A faster tier finished it before.
               if (version.record.access_tier.empty()) {
                 restore.ongoing = false;
                 restore.expiry_ms = due_midnight(now_ms, restore.days);
                 env.due.schedule(txn, due_row(bucket, key, version.record, kRestoreExpiryKind,
                                               restore.expiry_ms));
               } else {
                 // Back among what is accessed frequently, until nobody reads it for long.
                 restore = {};
                 version.record.access_tier.clear();
                 version.record.accessed_ms = now_ms;
               }
               rewrite_version(txn, bucket, key, version);
               emit_event(txn, env, own_cause(bucket, now_ms), bucket,
                          {"ObjectRestore:Completed", key, version.record});
             });
}

void expire_restore(Environment& env, const DueRow& row, std::int64_t now_ms) {
  settle_row(env, row,
             [&](storage::Txn& txn, const BucketRecord& bucket, const std::string& key,
                 FoundVersion& version) {
               version.record.restore = {};
               rewrite_version(txn, bucket, key, version);
               emit_event(txn, env, own_cause(bucket, now_ms), bucket,
                          {"ObjectRestore:Delete", key, version.record});
             });
}

Result<api::RestoreObjectOutput> restore_object(Context& ctx,
                                                const api::RestoreObjectRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const Asked asked, read_request(req));
  const auto domains = object_domains(loaded.name, *req.Key);
  auto done = ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<bool> {
    const auto bucket = find_bucket(txn, loaded.name);
    if (!bucket) return errors::no_such_bucket(loaded.name);
    CUMULITE_ASSIGN(FoundVersion version, find_object(ctx, txn, *bucket, *req.Key, req.VersionId));
    CUMULITE_ASSIGN(const bool there,
                    apply(txn, ctx.env, *bucket, *req.Key, version.record, asked, ctx.now_ms));
    rewrite_version(txn, *bucket, *req.Key, version);
    emit_event(txn, ctx.env, cause_of(ctx), *bucket,
               {"ObjectRestore:Post", *req.Key, version.record});
    return there;
  });
  if (!done.ok()) return std::move(done).error();
  ctx.response.status = *done ? 200 : 202;
  return api::RestoreObjectOutput{};
}

}  // namespace cumulite::s3
