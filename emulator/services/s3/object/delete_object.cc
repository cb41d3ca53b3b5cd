#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/commit.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/deletion.h"
#include "emulator/services/s3/object/lock.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/replication/replicate.h"

namespace cumulite::s3 {

namespace {

Result<void> check_if_match(const storage::Reader& reader, const BucketRecord& bucket,
                            const DeleteAsked& asked) {
  if (!asked.if_match) return {};
  const auto latest = find_latest(reader, bucket, asked.key);
  if (!latest || latest->record.delete_marker) return errors::no_such_key(asked.key);
  if (!etag_listed(*asked.if_match, latest->record.etag)) {
    return errors::precondition_failed("If-Match");
  }
  return {};
}

Result<DeleteDone> delete_version(storage::Txn& txn, Context& ctx, const BucketRecord& bucket,
                                  const DeleteAsked& asked) {
  CUMULITE_ASSIGN(const VersionId id, parse_version_id(*asked.version_id));
  const auto version = find_version(txn, bucket, asked.key, id);
  DeleteDone done{false, asked.version_id};
  if (!version) return done;
  if (asked.if_match && !etag_listed(*asked.if_match, version->record.etag)) {
    return errors::precondition_failed("If-Match");
  }
  CUMULITE_TRY(check_unlocked(version->record, ctx.now_ms, asked.bypass_governance));
  remove_version(txn, ctx.env, bucket, asked.key, *version);
  done.delete_marker = version->record.delete_marker;
  emit_event(txn, ctx.env, cause_of(ctx), bucket,
             {"ObjectRemoved:Delete", asked.key, version->record});
  return done;
}

Result<DeleteDone> delete_current(storage::Txn& txn, Context& ctx, const BucketRecord& bucket,
                                  const DeleteAsked& asked) {
  CUMULITE_TRY(check_if_match(txn, bucket, asked));
  ObjectRecord marker;
  stamp(ctx, bucket, marker);
  const auto before =
      bucket.has(Configuration::kNotification) ? find_latest(txn, bucket, asked.key) : std::nullopt;
  auto written = mark_deleted(txn, ctx.env, bucket, asked.key, marker);
  if (written) {
    begin_replication(txn, ctx.env, bucket, asked.key, *written);
    emit_event(txn, ctx.env, cause_of(ctx), bucket,
               {"ObjectRemoved:DeleteMarkerCreated", asked.key, *written});
    return DeleteDone{true, version_id_of(*written)};
  }
  if (before || asked.in_batch) {
    emit_event(txn, ctx.env, cause_of(ctx), bucket, {"ObjectRemoved:Delete", asked.key, marker});
  }
  return DeleteDone{};
}

}  // namespace

Result<DeleteDone> delete_in(storage::Txn& txn, Context& ctx, const BucketRecord& bucket,
                             const DeleteAsked& asked) {
  if (asked.version_id && !asked.version_id->empty()) {
    return delete_version(txn, ctx, bucket, asked);
  }
  return delete_current(txn, ctx, bucket, asked);
}

Result<bool> bypasses_governance(const Context& ctx, const BucketRecord& bucket,
                                 const std::string& key, const std::optional<bool>& asked) {
  if (asked && !bucket.object_lock) {
    return errors::invalid_argument(
        "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
        "x-amz-bypass-governance-retention");
  }
  if (!asked.value_or(false)) return false;
  CUMULITE_TRY(authorize_object(ctx, bucket, "s3:BypassGovernanceRetention", key));
  return true;
}

Result<api::DeleteObjectOutput> delete_object(Context& ctx, const api::DeleteObjectRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(check_key(*req.Key));
  // Only directory buckets know these two.
  if (req.IfMatchLastModifiedTime) {
    return errors::not_implemented_header("x-amz-if-match-last-modified-time");
  }
  if (req.IfMatchSize) return errors::not_implemented_header("x-amz-if-match-size");
  CUMULITE_ASSIGN(const bool bypass,
                  bypasses_governance(ctx, bucket, *req.Key, req.BypassGovernanceRetention));
  const DeleteAsked asked{*req.Key, req.VersionId, req.IfMatch, bypass};
  const auto domains = object_domains(bucket.name, *req.Key);
  CUMULITE_ASSIGN(const DeleteDone done,
                  ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<DeleteDone> {
                    const auto now = current_bucket(ctx.env.store, bucket.name);
                    if (!now) return errors::no_such_bucket(bucket.name);
                    return delete_in(txn, ctx, *now, asked);
                  }));
  api::DeleteObjectOutput out;
  out.VersionId = done.version_id;
  if (done.delete_marker) out.DeleteMarker = true;
  return out;
}

}  // namespace cumulite::s3
