#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/object/commit.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/lock.h"
#include "emulator/services/s3/object/put.h"
#include "emulator/services/s3/tagging/tags.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::s3 {

namespace {

/// What is locked cannot be put right later, so S3 wants to be sure of its bytes.
Result<void> check_locked_upload(const http::Request& request, const api::PutObjectRequest& req,
                                 const std::optional<ChecksumRequest>& asked) {
  const bool locks = req.ObjectLockMode || req.ObjectLockRetainUntilDate;
  if (!locks || asked || request.has_header("content-md5")) return {};
  return errors::invalid_request(
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object "
      "Lock parameters");
}

Result<ObjectRecord> make_record(Context& ctx, const BucketRecord& bucket,
                                 const api::PutObjectRequest& req, const CustomerKey& key,
                                 bool from_form) {
  ObjectRecord record;
  CUMULITE_TRY(fill_content(req, record, !from_form));
  CUMULITE_TRY(fill_placement(req, record));
  if (req.Tagging) {
    CUMULITE_ASSIGN(record.tags, parse_tagging_header(*req.Tagging));
  }
  CUMULITE_ASSIGN(record.encryption, choose_encryption(ctx, bucket, encryption_asked(req), key));
  CUMULITE_ASSIGN(record.lock, choose_lock(ctx, bucket, lock_asked(req)));
  CUMULITE_ASSIGN(const auto asked, requested_checksum(ctx.request));
  CUMULITE_TRY(check_locked_upload(ctx.request, req, asked));
  CUMULITE_ASSIGN(record.checksum, verify_body(ctx.request, *ctx.body, asked));
  record.etag = checksum::hex(ctx.body->digest(checksum::Algorithm::kMd5).value_or(""));
  stamp(ctx, bucket, record);
  CUMULITE_TRY(choose_owner(ctx, bucket, acl_asked(req), record));
  return record;
}

}  // namespace

Result<api::PutObjectOutput> put_received(Context& ctx, const BucketRecord& bucket,
                                          const api::PutObjectRequest& req,
                                          std::string_view event) {
  CUMULITE_TRY(check_key(*req.Key));
  if (req.WriteOffsetBytes) return errors::not_implemented_header("x-amz-write-offset-bytes");
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_ASSIGN(ObjectRecord record,
                  make_record(ctx, bucket, req, key, event == "ObjectCreated:Post"));
  ObjectWrite write{bucket.name, *req.Key, std::move(record), req.IfMatch, req.IfNoneMatch, event};
  CUMULITE_ASSIGN(const ObjectRecord written,
                  commit_object(ctx, std::move(write), *ctx.body->spool, key));
  api::PutObjectOutput out;
  out.ETag = quoted_etag(written);
  out.VersionId = written_version(written);
  set_checksum(out, written);
  set_encryption(out, written);
  out.Expiration = expiration_header(ctx.env.store, bucket, *req.Key, written);
  out.SSEKMSEncryptionContext = text_or_absent(written.encryption.kms_context);
  return out;
}

Result<api::PutObjectOutput> put_object(Context& ctx, const api::PutObjectRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (ctx.route != nullptr) CUMULITE_TRY(check_length_given(ctx.request));
  return put_received(ctx, bucket, req, "ObjectCreated:Put");
}

}  // namespace cumulite::s3
