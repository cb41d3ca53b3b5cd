#include <algorithm>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/annotation/annotations.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/lock.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/utf8.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

std::string row_key(const BucketRecord& bucket, const std::string& key, const ObjectRecord& record,
                    std::string_view name) {
  return keys::annotation(bucket.name, key, record.sequence, name);
}

/// Runs `change(Txn&, bucket, version)` on the version that the request names, if its condition
/// holds, and writes the version's row back.
template <class Request, class Change>
Result<ObjectRecord> change_annotations(Context& ctx, const std::string& bucket_name,
                                        const Request& req, std::string_view event,
                                        Change&& change) {
  const auto domains = object_domains(bucket_name, *req.Key);
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<ObjectRecord> {
    const auto bucket = find_bucket(txn, bucket_name);
    if (!bucket) return errors::no_such_bucket(bucket_name);
    CUMULITE_ASSIGN(FoundVersion version, find_object(ctx, txn, *bucket, *req.Key, req.VersionId));
    if (req.ObjectIfMatch && !etag_listed(*req.ObjectIfMatch, version.record.etag)) {
      return errors::precondition_failed("x-amz-object-if-match");
    }
    CUMULITE_ASSIGN(const bool changed, change(txn, *bucket, version.record));
    if (changed) {
      rewrite_version(txn, *bucket, *req.Key, version);
      emit_event(txn, ctx.env, cause_of(ctx), *bucket, {event, *req.Key, version.record});
    }
    return std::move(version.record);
  });
}

/// The received payload as text. Errors: InvalidRequest, EntityTooLarge, UnsupportedMediaType.
Result<void> check_payload(const ReceivedBody& body) {
  if (body.size_bytes() == 0) {
    return errors::invalid_request("The annotation payload must not be empty.");
  }
  if (body.size_bytes() > kAnnotationBytesMax) {
    return errors::entity_too_large(body.size_bytes(), kAnnotationBytesMax);
  }
  std::string text(body.size_bytes(), '\0');
  body.spool->read_at(0, text.data(), text.size());
  if (!codec::is_utf8(text)) {
    return Error{"UnsupportedMediaType", "The annotation payload is not valid UTF-8 encoded text.",
                 415};
  }
  return {};
}

std::string quoted(const AnnotationRecord& record) {
  return '"' + record.etag + '"';
}

template <class Output>
void set_annotation_checksum(Output& out, const AnnotationRecord& record) {
  checksum_member(out, record.checksum.algorithm) = checksum_text(record.checksum, 0);
  out.ChecksumType = "FULL_OBJECT";
}

Error no_such_annotation(std::string_view name) {
  return Error{"NoSuchAnnotation", "The specified annotation does not exist on this object.", 404}
      .with("AnnotationName", name);
}

}  // namespace

Result<api::PutObjectAnnotationOutput> put_object_annotation(
    Context& ctx, const api::PutObjectAnnotationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  const std::string name = req.AnnotationName.value_or("");
  CUMULITE_TRY(check_annotation_name(name));
  CUMULITE_TRY(check_payload(*ctx.body));
  AnnotationRecord annotation;
  CUMULITE_ASSIGN(const auto asked, requested_checksum(ctx.request));
  CUMULITE_ASSIGN(annotation.checksum, verify_body(ctx.request, *ctx.body, asked));
  annotation.etag = checksum::hex(ctx.body->digest(checksum::Algorithm::kMd5).value_or(""));
  annotation.modified_ms = whole_seconds(ctx.now_ms);
  ctx.env.blobs.prepare(*ctx.body->spool);
  const auto put = [&](storage::Txn& txn, const BucketRecord& bucket,
                       ObjectRecord& record) -> Result<bool> {
    if (!record.encryption.customer_key_md5.empty()) {
      return errors::invalid_request("Objects encrypted with SSE-C cannot have annotations.");
    }
    const std::string row = row_key(bucket, *req.Key, record, name);
    if (const auto before = txn.get(spaces::kS3Objects, row)) {
      ctx.env.blobs.release(txn, AnnotationRecord::decode(*before).blob);
    } else if (++record.annotation_count > kAnnotationsMax) {
      return Error{"AnnotationLimitExceeded",
                   "The request would exceed the maximum number of annotations allowed per object.",
                   400};
    }
    annotation.blob = ctx.env.blobs.adopt(txn, *ctx.body->spool);
    txn.put(spaces::kS3Objects, row, annotation.encode());
    return true;
  };
  CUMULITE_ASSIGN(const ObjectRecord record,
                  change_annotations(ctx, loaded.name, req, "ObjectAnnotation:Put", put));
  api::PutObjectAnnotationOutput out;
  out.Key = req.Key;
  out.AnnotationName = name;
  out.ObjectVersionId = shown_version(loaded, record);
  out.ETag = quoted(annotation);
  out.ServerSideEncryption = record.encryption.algorithm;
  set_annotation_checksum(out, annotation);
  return out;
}

Result<api::GetObjectAnnotationOutput> get_object_annotation(
    Context& ctx, const api::GetObjectAnnotationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, req.VersionId));
  const std::string name = req.AnnotationName.value_or("");
  const auto row =
      ctx.env.store.get(spaces::kS3Objects, row_key(bucket, *req.Key, found.record, name));
  if (!row) return no_such_annotation(name);
  const AnnotationRecord annotation = AnnotationRecord::decode(*row);
  ctx.response.body = ctx.env.blobs.read_all(annotation.blob, kAnnotationBytesMax);
  api::GetObjectAnnotationOutput out;
  out.ObjectVersionId = shown_version(bucket, found.record);
  out.LastModified = model::Timestamp{annotation.modified_ms};
  out.ETag = quoted(annotation);
  out.ServerSideEncryption = found.record.encryption.algorithm;
  out.ReplicationStatus = text_or_absent(found.record.replication_status);
  if (req.ChecksumMode.value_or("") == "ENABLED") set_annotation_checksum(out, annotation);
  return out;
}

Result<api::DeleteObjectAnnotationOutput> delete_object_annotation(
    Context& ctx, const api::DeleteObjectAnnotationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  const std::string name = req.AnnotationName.value_or("");
  CUMULITE_TRY(check_annotation_name(name));
  const bool bypass = ctx.request.header("x-amz-bypass-governance-retention") == "true";
  const auto remove = [&](storage::Txn& txn, const BucketRecord& bucket,
                          ObjectRecord& record) -> Result<bool> {
    CUMULITE_TRY(check_unlocked(record, ctx.now_ms, bypass));
    const std::string row = row_key(bucket, *req.Key, record, name);
    const auto before = txn.get(spaces::kS3Objects, row);
    if (!before) return false;
    ctx.env.blobs.release(txn, AnnotationRecord::decode(*before).blob);
    txn.del(spaces::kS3Objects, row);
    --record.annotation_count;
    return true;
  };
  CUMULITE_ASSIGN(const ObjectRecord record,
                  change_annotations(ctx, loaded.name, req, "ObjectAnnotation:Delete", remove));
  api::DeleteObjectAnnotationOutput out;
  out.ObjectVersionId = shown_version(loaded, record);
  return out;
}

Result<api::ListObjectAnnotationsOutput> list_object_annotations(
    Context& ctx, const api::ListObjectAnnotationsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, req.VersionId));
  const std::string names = row_key(bucket, *req.Key, found.record, {});
  const std::string prefix = names + req.AnnotationPrefix.value_or("");
  std::string from = prefix;
  if (req.ContinuationToken) {
    const auto after = codec::base64url_decode(*req.ContinuationToken);
    if (!after || after->empty()) {
      return errors::invalid_argument("The continuation token provided is incorrect",
                                      "continuation-token", *req.ContinuationToken);
    }
    from = std::max(from, names + *after + '\0');
  }
  const auto limit = static_cast<std::size_t>(
      req.MaxAnnotationResults.value_or(static_cast<std::int32_t>(kAnnotationsMax)));
  const auto page =
      ctx.env.store.range(spaces::kS3Objects, from, storage::prefix_end(prefix), {.limit = limit});
  api::ListObjectAnnotationsOutput out;
  out.Bucket = bucket.name;
  out.Key = req.Key;
  out.ObjectVersionId = shown_version(bucket, found.record);
  out.AnnotationPrefix = req.AnnotationPrefix;
  out.MaxAnnotationResults = static_cast<std::int32_t>(limit);
  out.AnnotationCount = static_cast<std::int32_t>(page.rows.size());
  out.ContinuationToken = req.ContinuationToken;
  out.Annotations.emplace();
  for (const auto& row : page.rows) {
    const AnnotationRecord annotation = AnnotationRecord::decode(row.value);
    api::AnnotationEntry& entry = out.Annotations->emplace_back();
    entry.AnnotationName = row.key.substr(names.size());
    entry.LastModified = model::Timestamp{annotation.modified_ms};
    entry.ETag = quoted(annotation);
    entry.ChecksumAlgorithm.emplace().emplace_back(
        checksum::algorithm_name(annotation.checksum.algorithm));
    entry.Size = static_cast<std::int64_t>(annotation.blob.size_bytes);
  }
  if (page.more) {
    out.NextContinuationToken =
        codec::base64url_encode(std::string_view(page.rows.back().key).substr(names.size()));
  }
  return out;
}

}  // namespace cumulite::s3
