#include <algorithm>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/listing/walk.h"
#include "emulator/services/s3/multipart/uploads.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using UploadsRequest = api::ListMultipartUploadsRequest;
using UploadsOutput = api::ListMultipartUploadsOutput;

api::MultipartUpload describe(const std::string& key, const UploadRecord& record, bool url) {
  api::MultipartUpload upload;
  upload.UploadId = record.object.upload_id;
  upload.Key = encode_if(url, key);
  upload.Initiated = model::Timestamp{record.initiated_ms};
  upload.StorageClass = record.object.storage_class;
  upload.Owner = api::Owner{std::nullopt, record.object.owner_id};
  upload.Initiator = api::Initiator{record.initiator_id, record.initiator_name};
  if (record.checksum_asked) {
    upload.ChecksumAlgorithm = std::string(checksum::algorithm_name(record.algorithm));
    upload.ChecksumType = record.full_object ? "FULL_OBJECT" : "COMPOSITE";
  }
  return upload;
}

/// Row behind the markers. Without an upload id the whole marker key is behind.
Result<std::string> first_row(const Context& ctx, const BucketRecord& bucket,
                              const UploadsRequest& req) {
  std::string from = keys::seek(bucket.name, keys::Type::kUpload, req.Prefix.value_or(""));
  const std::string marker = req.KeyMarker.value_or("");
  if (marker.empty()) return from;
  const std::string id = req.UploadIdMarker.value_or("");
  const auto shown = common_prefix_of(marker, req.Prefix.value_or(""), req.Delimiter.value_or(""));
  if (shown) {
    return std::max(from, behind(keys::rows(bucket.name, keys::Type::kUpload), *shown));
  }
  if (id.empty()) {
    return std::max(from,
                    storage::prefix_end(keys::object(bucket.name, keys::Type::kUpload, marker)));
  }
  if (!find_upload(ctx.env.store, bucket.name, marker, id).ok()) {
    return errors::invalid_argument("Invalid uploadId marker", "upload-id-marker", id);
  }
  return std::max(from, keys::upload(bucket.name, marker, id) + '\0');
}

/// Collects a page.
class Page {
 public:
  Page(const UploadsRequest& req, std::size_t limit, bool url)
      : req_(req), limit_(limit), url_(url) {}

  bool full() const { return shown_ == limit_; }

  /// Shows an upload or its common prefix; returns the prefix if it was that.
  std::optional<std::string> add(const std::string& key, const UploadRecord& record,
                                 UploadsOutput& out) {
    ++shown_;
    auto common = common_prefix_of(key, req_.Prefix.value_or(""), req_.Delimiter.value_or(""));
    if (common) {
      if (!out.CommonPrefixes) out.CommonPrefixes.emplace();
      out.CommonPrefixes->push_back({encode_if(url_, *common)});
      return common;
    }
    if (!out.Uploads) out.Uploads.emplace();
    out.Uploads->push_back(describe(key, record, url_));
    out.NextKeyMarker = encode_if(url_, key);
    out.NextUploadIdMarker = record.object.upload_id;
    return std::nullopt;
  }

 private:
  const UploadsRequest& req_;
  std::size_t limit_;
  bool url_;
  std::size_t shown_ = 0;
};

void walk(const Context& ctx, const BucketRecord& bucket, std::string from, Page& page,
          const std::string& prefix, UploadsOutput& out) {
  const std::string rows = keys::rows(bucket.name, keys::Type::kUpload);
  const std::string end = behind(rows, prefix);
  for (bool more = true; more && from < end;) {
    const auto found = ctx.env.store.range(spaces::kS3Objects, from, end);
    more = found.more;
    for (const auto& row : found.rows) {
      if (row.key < from) continue;
      if (page.full()) {
        out.IsTruncated = true;
        return;
      }
      const auto parsed = keys::parse(row.key, rows);
      if (!parsed) throw storage::StorageError("an S3 upload's key is corrupt");
      const auto common = page.add(parsed->key, UploadRecord::decode(row.value), out);
      from = common ? behind(rows, *common) : row.key + '\0';
    }
  }
}

}  // namespace

Result<UploadsOutput> list_multipart_uploads(Context& ctx, const UploadsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const bool url, wants_url_encoding(req.EncodingType));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.MaxUploads, "max-uploads"));
  CUMULITE_ASSIGN(std::string from, first_row(ctx, bucket, req));
  UploadsOutput out;
  out.Bucket = req.Bucket;
  out.KeyMarker = encode_if(url, req.KeyMarker.value_or(""));
  out.UploadIdMarker = req.KeyMarker ? req.UploadIdMarker.value_or("") : "";
  if (req.Prefix) out.Prefix = encode_if(url, *req.Prefix);
  if (req.Delimiter && !req.Delimiter->empty()) out.Delimiter = encode_if(url, *req.Delimiter);
  out.MaxUploads = static_cast<std::int32_t>(limit);
  out.IsTruncated = false;
  // They name the last upload shown, and are empty where only common prefixes are.
  out.NextKeyMarker = "";
  out.NextUploadIdMarker = "";
  if (url) out.EncodingType = "url";
  Page page(req, limit, url);
  if (limit > 0) walk(ctx, bucket, std::move(from), page, req.Prefix.value_or(""), out);
  return out;
}

}  // namespace cumulite::s3
