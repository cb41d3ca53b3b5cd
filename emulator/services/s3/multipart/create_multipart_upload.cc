#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/multipart/uploads.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/object/commit.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/lock.h"
#include "emulator/services/s3/tagging/tags.h"

namespace cumulite::s3 {

namespace {

using checksum::Algorithm;

/// Only CRCs of parts can be combined into that of the whole.
bool can_be_full_object(Algorithm algorithm) {
  return algorithm == Algorithm::kCrc32 || algorithm == Algorithm::kCrc32c ||
         algorithm == Algorithm::kCrc64Nvme;
}

Result<void> choose_checksum(const api::CreateMultipartUploadRequest& req, UploadRecord& upload) {
  upload.full_object = true;
  if (!req.ChecksumAlgorithm) {
    if (!req.ChecksumType) return {};
    return errors::invalid_request(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
        "header.");
  }
  CUMULITE_ASSIGN(upload.algorithm, checksum_algorithm(*req.ChecksumAlgorithm));
  upload.checksum_asked = true;
  upload.full_object = upload.algorithm == Algorithm::kCrc64Nvme;
  if (!req.ChecksumType) return {};
  if (*req.ChecksumType != "FULL_OBJECT" && *req.ChecksumType != "COMPOSITE") {
    return errors::invalid_request("Value for x-amz-checksum-type header is invalid.");
  }
  upload.full_object = *req.ChecksumType == "FULL_OBJECT";
  const bool fits = upload.full_object ? can_be_full_object(upload.algorithm)
                                       : upload.algorithm != Algorithm::kCrc64Nvme;
  if (fits) return {};
  return errors::invalid_request(
      fmt::format("The {} checksum type cannot be used with the {} checksum algorithm.",
                  *req.ChecksumType, checksum_suffix(upload.algorithm)));
}

Result<UploadRecord> make_upload(Context& ctx, const BucketRecord& bucket,
                                 const api::CreateMultipartUploadRequest& req) {
  UploadRecord upload;
  CUMULITE_TRY(choose_checksum(req, upload));
  CUMULITE_TRY(fill_content(req, upload.object));
  CUMULITE_TRY(fill_placement(req, upload.object));
  if (req.Tagging) {
    CUMULITE_ASSIGN(upload.object.tags, parse_tagging_header(*req.Tagging));
  }
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_ASSIGN(upload.object.encryption,
                  choose_encryption(ctx, bucket, encryption_asked(req), key));
  CUMULITE_ASSIGN(upload.object.lock, choose_lock(ctx, bucket, lock_asked(req)));
  stamp(ctx, bucket, upload.object);
  CUMULITE_TRY(choose_owner(ctx, bucket, acl_asked(req), upload.object));
  upload.initiated_ms = upload.object.modified_ms;
  upload.initiator_id = ctx.caller.canonical_user_id;
  upload.initiator_name = ctx.caller.display_name;
  return upload;
}

}  // namespace

Result<api::CreateMultipartUploadOutput> create_multipart_upload(
    Context& ctx, const api::CreateMultipartUploadRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(check_key(*req.Key));
  CUMULITE_ASSIGN(UploadRecord upload, make_upload(ctx, bucket, req));
  // It begins with the time, so that uploads of a key are listed in the order of their beginning.
  const std::string id =
      fmt::format("{:016x}{}", upload.object.sequence, ids::random_base64url(48));
  upload.object.upload_id = id;
  const auto domains = upload_domains(bucket.name, *req.Key, id);
  CUMULITE_TRY(ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    const auto now = find_bucket(txn, bucket.name);
    if (!now) return errors::no_such_bucket(bucket.name);
    const auto latest = find_latest(ctx.env.store, *now, *req.Key);
    upload.over_object = latest && !latest->record.delete_marker;
    txn.put(spaces::kS3Objects, keys::upload(bucket.name, *req.Key, id), upload.encode());
    return {};
  }));
  api::CreateMultipartUploadOutput out;
  out.Bucket = req.Bucket;
  out.Key = req.Key;
  out.UploadId = id;
  if (upload.checksum_asked) {
    out.ChecksumAlgorithm = std::string(checksum::algorithm_name(upload.algorithm));
    out.ChecksumType = upload.full_object ? "FULL_OBJECT" : "COMPOSITE";
  }
  set_encryption(out, upload.object);
  if (const auto end = upload_expiry(ctx.env.store, bucket, *req.Key, upload.initiated_ms)) {
    out.AbortDate = model::Timestamp{end->date_ms};
    out.AbortRuleId = end->rule_id;
  }
  return out;
}

Result<api::AbortMultipartUploadOutput> abort_multipart_upload(
    Context& ctx, const api::AbortMultipartUploadRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  const auto domains = upload_domains(bucket.name, *req.Key, *req.UploadId);
  auto aborted = ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(find_upload(txn, bucket.name, *req.Key, *req.UploadId));
    for (const PartRecord& part : list_upload_parts(txn, bucket.name, *req.Key, *req.UploadId)) {
      if (part.blob.id != 0) ctx.env.blobs.release(txn, part.blob);
    }
    drop_upload_rows(txn, bucket.name, *req.Key, *req.UploadId);
    return {};
  });
  if (!aborted.ok()) return std::move(aborted).error();
  return api::AbortMultipartUploadOutput{};
}

}  // namespace cumulite::s3
