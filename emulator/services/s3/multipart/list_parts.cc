#include <algorithm>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/listing/walk.h"
#include "emulator/services/s3/multipart/uploads.h"
#include "emulator/services/s3/object/checksums.h"

namespace cumulite::s3 {

namespace {

api::Part describe(const UploadRecord& upload, const PartRecord& record) {
  api::Part part;
  part.PartNumber = static_cast<std::int32_t>(record.number);
  part.LastModified = model::Timestamp{record.modified_ms};
  part.ETag = '"' + checksum::hex(record.md5) + '"';
  part.Size = static_cast<std::int64_t>(record.size_bytes);
  // Checksums that only we asked for are not the client's to see.
  if (upload.checksum_asked && record.checksum) {
    checksum_member(part, record.checksum->algorithm) = checksum_text(*record.checksum, 0);
  }
  return part;
}

void describe_upload(const UploadRecord& upload, api::ListPartsOutput& out) {
  out.Initiator = api::Initiator{upload.initiator_id, upload.initiator_name};
  out.Owner = api::Owner{std::nullopt, upload.object.owner_id};
  out.StorageClass = upload.object.storage_class;
  if (upload.checksum_asked) {
    out.ChecksumAlgorithm = std::string(checksum::algorithm_name(upload.algorithm));
    out.ChecksumType = upload.full_object ? "FULL_OBJECT" : "COMPOSITE";
  }
}

}  // namespace

Result<api::ListPartsOutput> list_parts(Context& ctx, const api::ListPartsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.MaxParts, "max-parts"));
  CUMULITE_ASSIGN(const UploadRecord upload,
                  find_upload(ctx.env.store, bucket.name, *req.Key, *req.UploadId));
  const std::int32_t marker = std::max(req.PartNumberMarker.value_or(0), 0);
  api::ListPartsOutput out;
  out.Bucket = req.Bucket;
  out.Key = req.Key;
  out.UploadId = req.UploadId;
  out.PartNumberMarker = marker;
  out.MaxParts = static_cast<std::int32_t>(limit);
  out.IsTruncated = false;
  out.NextPartNumberMarker = 0;
  describe_upload(upload, out);
  if (const auto end = upload_expiry(ctx.env.store, bucket, *req.Key, upload.initiated_ms)) {
    out.AbortDate = model::Timestamp{end->date_ms};
    out.AbortRuleId = end->rule_id;
  }
  for (const PartRecord& part :
       list_upload_parts(ctx.env.store, bucket.name, *req.Key, *req.UploadId)) {
    if (part.number <= static_cast<std::uint32_t>(marker)) continue;
    if (!out.Parts) out.Parts.emplace();
    if (out.Parts->size() == limit) {
      out.IsTruncated = true;
      break;
    }
    out.Parts->push_back(describe(upload, part));
    out.NextPartNumberMarker = static_cast<std::int32_t>(part.number);
  }
  return out;
}

}  // namespace cumulite::s3
