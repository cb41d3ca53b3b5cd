#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/notification/emit.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/body_source.h"
#include "emulator/services/s3/object/commit.h"
#include "emulator/services/s3/object/copy_source.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/lock.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/tagging/tags.h"

namespace cumulite::s3 {

namespace {

using checksum::Algorithm;

constexpr std::uint64_t kCopyBytesMax = std::uint64_t{5} << 30;
constexpr std::string_view kEvent = "ObjectCreated:Copy";

Result<bool> replaces(const std::optional<std::string>& directive, std::string_view header,
                      std::string_view message) {
  if (!directive || *directive == "COPY") return false;
  if (*directive == "REPLACE") return true;
  return errors::invalid_argument(message, header, *directive);
}

struct Directives {
  bool replace_metadata = false;
  bool replace_tags = false;
};

Result<Directives> read_directives(const api::CopyObjectRequest& req) {
  Directives directives;
  CUMULITE_ASSIGN(
      directives.replace_metadata,
      replaces(req.MetadataDirective, "x-amz-metadata-directive", "Unknown metadata directive."));
  CUMULITE_ASSIGN(directives.replace_tags, replaces(req.TaggingDirective, "x-amz-tagging-directive",
                                                    "Unknown tagging directive."));
  return directives;
}

/// A copy onto itself must change something. An older version onto the current one does.
Result<void> check_self_copy(const api::CopyObjectRequest& req, const BucketRecord& bucket,
                             const CopySource& source, const Directives& directives) {
  const bool onto_itself =
      source.bucket.name == bucket.name && source.key == *req.Key && !source.version_id;
  const bool changes = directives.replace_metadata || req.StorageClass ||
                       req.WebsiteRedirectLocation || req.ServerSideEncryption ||
                       req.SSECustomerKey || req.ChecksumAlgorithm || source.customer_key ||
                       bucket.has(Configuration::kEncryption) || source.record.restore.requested ||
                       source.record.encryption.algorithm != "AES256";
  if (!onto_itself || changes) return {};
  return errors::invalid_request(
      "This copy request is illegal because it is trying to copy an object to itself without "
      "changing the object's metadata, storage class, website redirect location or encryption "
      "attributes.");
}

Result<ObjectRecord> make_record(Context& ctx, const BucketRecord& bucket,
                                 const api::CopyObjectRequest& req, const CopySource& source,
                                 const CustomerKey& key) {
  CUMULITE_ASSIGN(const Directives directives, read_directives(req));
  CUMULITE_TRY(check_self_copy(req, bucket, source, directives));
  ObjectRecord record;
  if (directives.replace_metadata) {
    CUMULITE_TRY(fill_content(req, record));
  } else {
    const ObjectRecord& from = source.record;
    record.content_type = from.content_type;
    record.cache_control = from.cache_control;
    record.content_disposition = from.content_disposition;
    record.content_encoding = from.content_encoding;
    record.content_language = from.content_language;
    record.expires = from.expires;
    record.metadata = from.metadata;
  }
  // Storage class and redirect are never copied: absent means the default.
  CUMULITE_TRY(fill_placement(req, record));
  if (!directives.replace_tags) {
    record.tags = source.record.tags;
  } else if (req.Tagging) {
    CUMULITE_ASSIGN(record.tags, parse_tagging_header(*req.Tagging));
  }
  CUMULITE_ASSIGN(record.encryption, choose_encryption(ctx, bucket, encryption_asked(req), key));
  CUMULITE_ASSIGN(record.lock, choose_lock(ctx, bucket, lock_asked(req)));
  stamp(ctx, bucket, record);
  CUMULITE_TRY(choose_owner(ctx, bucket, acl_asked(req), record));
  return record;
}

/// Checksum algorithm of the copy: as asked, else the source's.
Result<Algorithm> choose_algorithm(const api::CopyObjectRequest& req, const CopySource& source) {
  if (req.ChecksumAlgorithm) return checksum_algorithm(*req.ChecksumAlgorithm);
  return source.record.checksum ? source.record.checksum->algorithm : Algorithm::kCrc64Nvme;
}

/// Whether the stored bytes, ETag and checksum can serve the copy as they are.
bool can_duplicate(const CopySource& source, Algorithm algorithm, const CustomerKey& key) {
  const ObjectRecord& record = source.record;
  return record.part_count == 0 && !key && !source.customer_key && record.checksum &&
         record.checksum->algorithm == algorithm;
}

/// Annotations go with the object unless the request excludes them.
Result<void> choose_annotations(const Context& ctx, const api::CopyObjectRequest& req,
                                const CopySource& source, ObjectWrite& write) {
  const std::string directive = req.AnnotationDirective.value_or(
      ctx.request.query_value("x-amz-object-annotation-directive"));
  if (!directive.empty() && directive != "COPY" && directive != "EXCLUDE") {
    return errors::invalid_argument("Unknown annotation directive.",
                                    "x-amz-object-annotation-directive", directive);
  }
  if (directive == "EXCLUDE" || source.record.annotation_count == 0) return {};
  if (!write.record.encryption.customer_key_md5.empty()) {
    return errors::invalid_request("Objects encrypted with SSE-C cannot have annotations.");
  }
  write.annotations = AnnotatedVersion{source.bucket.name, source.key, source.record.sequence,
                                       source.record.annotation_count};
  return {};
}

/// Duplicates the body within the transaction, in which the source is looked up again.
Result<ObjectRecord> commit_duplicate(Context& ctx, const CopySource& source,
                                      const ObjectWrite& write) {
  storage::Domains domains = write_domains(write);
  domains.push_back(storage::Domain::shared_on(spaces::kS3, keys::bucket(source.bucket.name)));
  domains.push_back(storage::Domain::shared_on(
      spaces::kS3Objects, keys::object(source.bucket.name, keys::Type::kCurrent, source.key)));
  return ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<ObjectRecord> {
    const auto bucket = current_bucket(ctx.env.store, write.bucket);
    if (!bucket) return errors::no_such_bucket(write.bucket);
    const auto source_bucket = current_bucket(ctx.env.store, source.bucket.name);
    if (!source_bucket) return errors::no_such_bucket(source.bucket.name);
    CUMULITE_ASSIGN(const FoundVersion now,
                    find_object(ctx, txn, *source_bucket, source.key, source.version_id));
    // What was decided of the source holds for that version only.
    if (now.record.sequence != source.record.sequence) {
      return Error{"OperationAborted",
                   "A conflicting conditional operation is currently in progress against this "
                   "resource. Please try again.",
                   409};
    }
    CUMULITE_TRY(check_write(txn, *bucket, write.key, write.if_match, write.if_none_match));
    ObjectRecord record = write.record;
    record.size_bytes = now.record.size_bytes;
    record.etag = now.record.etag;
    record.checksum = now.record.checksum;
    if (now.record.blob.id != 0) record.blob = ctx.env.blobs.duplicate(txn, now.record.blob);
    CUMULITE_TRY(add_written(txn, ctx.env, *bucket, write, record));
    emit_event(txn, ctx.env, cause_of(ctx), *bucket, {write.event, write.key, record});
    return record;
  });
}

Result<ObjectRecord> commit_copy(Context& ctx, const CopySource& source, ObjectWrite write,
                                 Algorithm algorithm, const CustomerKey& key) {
  if (can_duplicate(source, algorithm, key)) return commit_duplicate(ctx, source, write);
  auto body = copy_segments(ctx.env.blobs,
                            segments_of(ctx.env.store, source.bucket, source.key, source.record,
                                        {0, source.record.size_bytes}),
                            source.customer_key.key, {Algorithm::kMd5, algorithm});
  write.record.etag = checksum::hex(*body.digest(Algorithm::kMd5));
  write.record.checksum = StoredChecksum{algorithm, *body.digest(algorithm)};
  return commit_object(ctx, std::move(write), *body.spool, key);
}

}  // namespace

Result<api::CopyObjectOutput> copy_object(Context& ctx, const api::CopyObjectRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(check_key(*req.Key));
  CUMULITE_ASSIGN(const CopySource source, copy_source_of(ctx, req));
  if (source.record.size_bytes > kCopyBytesMax) {
    return errors::invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: "
        "5368709120");
  }
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_ASSIGN(const Algorithm algorithm, choose_algorithm(req, source));
  CUMULITE_ASSIGN(ObjectRecord record, make_record(ctx, bucket, req, source, key));
  ObjectWrite write{bucket.name, *req.Key, std::move(record), req.IfMatch, req.IfNoneMatch, kEvent};
  CUMULITE_TRY(choose_annotations(ctx, req, source, write));
  CUMULITE_ASSIGN(const ObjectRecord written,
                  commit_copy(ctx, source, std::move(write), algorithm, key));
  api::CopyObjectOutput out;
  auto& result = out.CopyObjectResult.emplace();
  result.ETag = quoted_etag(written);
  result.LastModified = model::Timestamp{written.modified_ms};
  set_checksum(result, written);
  out.VersionId = shown_version(bucket, written);
  out.CopySourceVersionId = written_version(source.record);
  set_encryption(out, written);
  return out;
}

}  // namespace cumulite::s3
