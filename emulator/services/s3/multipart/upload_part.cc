#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/multipart/uploads.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/body_source.h"
#include "emulator/services/s3/object/checksums.h"
#include "emulator/services/s3/object/cipher.h"
#include "emulator/services/s3/object/copy_source.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/range.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

using checksum::Algorithm;

/// Digest of a spooled body that was not computed while it arrived.
std::string digest_of(const storage::Spool& body, Algorithm algorithm) {
  const auto hasher = checksum::make_hasher(algorithm);
  std::string buffer(256 * 1024, '\0');
  std::uint64_t offset = 0;
  while (const std::size_t count = body.read_at(offset, buffer.data(), buffer.size())) {
    hasher->update(std::string_view(buffer).substr(0, count));
    offset += count;
  }
  return hasher->finish();
}

/// The checksum by which the upload counts its parts.
Result<StoredChecksum> part_checksum(const UploadRecord& upload, const ReceivedBody& body,
                                     const std::optional<ChecksumRequest>& asked) {
  const bool mismatch =
      upload.checksum_asked && (asked ? asked->algorithm != upload.algorithm : !upload.full_object);
  if (mismatch) {
    return errors::invalid_request(fmt::format(
        "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum "
        "Type: {}",
        checksum_suffix(upload.algorithm), asked ? checksum_suffix(asked->algorithm) : "null"));
  }
  auto raw = body.digest(upload.algorithm);
  return StoredChecksum{upload.algorithm,
                        raw ? std::move(*raw) : digest_of(*body.spool, upload.algorithm)};
}

/// Encrypts where the upload has a customer key, and stores.
Result<void> store_part(Context& ctx, const std::string& bucket, const std::string& key,
                        const std::string& upload_id, PartRecord part, const CustomerKey& secret,
                        storage::Spool& body) {
  part.size_bytes = body.size_bytes();
  part.modified_ms = whole_seconds(ctx.now_ms);
  if (!secret || part.size_bytes == 0) {
    return commit_part(ctx, bucket, key, upload_id, std::move(part), body);
  }
  SealedBody sealed = seal(ctx.env.blobs, body, secret.key);
  part.nonce = std::move(sealed.nonce);
  return commit_part(ctx, bucket, key, upload_id, std::move(part), *sealed.spool);
}

Result<ByteRange> copied_range(const api::UploadPartCopyRequest& req, const CopySource& source) {
  if (req.CopySourceRange) return parse_copy_range(*req.CopySourceRange, source.record.size_bytes);
  return ByteRange{0, source.record.size_bytes};
}

}  // namespace

Result<api::UploadPartOutput> upload_part(Context& ctx, const api::UploadPartRequest& req) {
  if (ctx.route != nullptr) CUMULITE_TRY(check_length_given(ctx.request));
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const std::uint32_t number, check_part_number(req.PartNumber));
  CUMULITE_ASSIGN(const UploadRecord upload,
                  find_upload(ctx.env.store, bucket.name, *req.Key, *req.UploadId));
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_TRY(check_upload_key(upload, key));
  CUMULITE_ASSIGN(const auto asked, requested_checksum(ctx.request));
  CUMULITE_ASSIGN(const StoredChecksum sent, verify_body(ctx.request, *ctx.body, asked));
  PartRecord part;
  part.number = number;
  part.md5 = ctx.body->digest(Algorithm::kMd5).value_or("");
  if (asked && sent.algorithm != upload.algorithm) part.sent = sent;
  CUMULITE_ASSIGN(part.checksum, part_checksum(upload, *ctx.body, asked));
  const std::string etag = checksum::hex(part.md5);
  CUMULITE_TRY(store_part(ctx, bucket.name, *req.Key, *req.UploadId, std::move(part), key,
                          *ctx.body->spool));
  api::UploadPartOutput out;
  out.ETag = '"' + etag + '"';
  if (asked) checksum_member(out, sent.algorithm) = checksum_text(sent, 0);
  set_encryption(out, upload.object);
  return out;
}

Result<api::UploadPartCopyOutput> upload_part_copy(Context& ctx,
                                                   const api::UploadPartCopyRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const std::uint32_t number, check_part_number(req.PartNumber));
  CUMULITE_ASSIGN(const UploadRecord upload,
                  find_upload(ctx.env.store, bucket.name, *req.Key, *req.UploadId));
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_TRY(check_upload_key(upload, key));
  CUMULITE_ASSIGN(const CopySource source, copy_source_of(ctx, req));
  CUMULITE_ASSIGN(const ByteRange range, copied_range(req, source));
  auto body = copy_segments(
      ctx.env.blobs, segments_of(ctx.env.store, source.bucket, source.key, source.record, range),
      source.customer_key.key, {Algorithm::kMd5, upload.algorithm});
  PartRecord part;
  part.number = number;
  part.md5 = *body.digest(Algorithm::kMd5);
  part.checksum = StoredChecksum{upload.algorithm, *body.digest(upload.algorithm)};
  api::UploadPartCopyOutput out;
  auto& result = out.CopyPartResult.emplace();
  result.ETag = '"' + checksum::hex(part.md5) + '"';
  result.LastModified = model::Timestamp{whole_seconds(ctx.now_ms)};
  if (upload.checksum_asked) {
    checksum_member(result, upload.algorithm) = checksum_text(*part.checksum, 0);
  }
  CUMULITE_TRY(
      store_part(ctx, bucket.name, *req.Key, *req.UploadId, std::move(part), key, *body.spool));
  out.CopySourceVersionId = shown_version(source.bucket, source.record);
  set_encryption(out, upload.object);
  return out;
}

}  // namespace cumulite::s3
