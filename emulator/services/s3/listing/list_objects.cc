#include <algorithm>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/listing/restore_status.h"
#include "emulator/services/s3/listing/walk.h"
#include "emulator/services/s3/object/attributes.h"
#include "protocol/codec/base64.h"

namespace cumulite::s3 {

namespace {

/// How a page is written.
struct Form {
  bool url = false;  ///< Keys are percent-encoded.
  bool owner = false;
  bool restore = false;
};

api::Object describe(const ListedObject& listed, const Form& form) {
  const ObjectRecord& record = listed.record;
  api::Object object;
  object.Key = encode_if(form.url, listed.key);
  object.LastModified = model::Timestamp{record.modified_ms};
  object.ETag = quoted_etag(record);
  object.Size = static_cast<std::int64_t>(record.size_bytes);
  object.StorageClass = record.storage_class;
  if (record.checksum) {
    object.ChecksumAlgorithm = {std::string(checksum::algorithm_name(record.checksum->algorithm))};
    object.ChecksumType = std::string(checksum_type(*record.checksum));
  }
  if (form.owner) object.Owner = api::Owner{std::nullopt, record.owner_id};
  if (form.restore) object.RestoreStatus = restore_status(record);
  return object;
}

template <class Output>
void fill_page(Output& out, const Listing& listing, const Form& form) {
  out.IsTruncated = listing.truncated;
  if (!listing.objects.empty()) {
    auto& contents = out.Contents.emplace();
    contents.reserve(listing.objects.size());
    for (const ListedObject& listed : listing.objects) {
      contents.push_back(describe(listed, form));
    }
  }
  if (!listing.common_prefixes.empty()) {
    auto& prefixes = out.CommonPrefixes.emplace();
    for (const std::string& prefix : listing.common_prefixes) {
      prefixes.push_back({encode_if(form.url, prefix)});
    }
  }
}

template <class Output, class Request>
void echo(Output& out, const Request& req, std::size_t limit, bool url) {
  out.Name = req.Bucket;
  out.Prefix = encode_if(url, req.Prefix.value_or(""));
  if (req.Delimiter && !req.Delimiter->empty()) out.Delimiter = encode_if(url, *req.Delimiter);
  out.MaxKeys = static_cast<std::int32_t>(limit);
  if (url) out.EncodingType = "url";
}

/// A token is the last thing shown, made opaque.
std::string make_token(const std::string& last) {
  return codec::base64url_encode("1" + last);
}

Result<std::string> read_token(const std::string& token) {
  if (token.empty()) {
    return errors::invalid_argument("The continuation token provided is incorrect",
                                    "continuation-token");
  }
  const auto text = codec::base64url_decode(token);
  if (!text || text->empty() || text->front() != '1') {
    return errors::invalid_argument("The continuation token provided is incorrect",
                                    "continuation-token", token);
  }
  return text->substr(1);
}

}  // namespace

Result<api::ListObjectsOutput> list_objects(Context& ctx, const api::ListObjectsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const bool url, wants_url_encoding(req.EncodingType));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.MaxKeys, "max-keys"));
  CUMULITE_ASSIGN(const bool restore, wants_restore_status(req.OptionalObjectAttributes));
  const Listing listing = list_current(
      ctx.env.store, bucket,
      {req.Prefix.value_or(""), req.Delimiter.value_or(""), req.Marker.value_or(""), limit, true});
  api::ListObjectsOutput out;
  echo(out, req, limit, url);
  ctx.response.add_header("x-amz-bucket-region", bucket.region);
  out.Marker = encode_if(url, req.Marker.value_or(""));
  fill_page(out, listing, {url, true, restore});
  // Without delimiter the client goes on from the last key itself.
  if (listing.truncated && req.Delimiter && !req.Delimiter->empty()) {
    out.NextMarker = encode_if(url, listing.last);
  }
  return out;
}

Result<api::ListObjectsV2Output> list_objects_v2(Context& ctx,
                                                 const api::ListObjectsV2Request& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const bool url, wants_url_encoding(req.EncodingType));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.MaxKeys, "max-keys"));
  CUMULITE_ASSIGN(const bool restore, wants_restore_status(req.OptionalObjectAttributes));
  std::string after = req.StartAfter.value_or("");
  if (req.ContinuationToken) {
    CUMULITE_ASSIGN(after, read_token(*req.ContinuationToken));
  }
  const Listing listing =
      list_current(ctx.env.store, bucket,
                   {req.Prefix.value_or(""), req.Delimiter.value_or(""), std::move(after), limit});
  api::ListObjectsV2Output out;
  echo(out, req, limit, url);
  ctx.response.add_header("x-amz-bucket-region", bucket.region);
  fill_page(out, listing, {url, req.FetchOwner.value_or(false), restore});
  out.KeyCount = static_cast<std::int32_t>(listing.objects.size() + listing.common_prefixes.size());
  out.ContinuationToken = req.ContinuationToken;
  if (req.StartAfter && !req.ContinuationToken) out.StartAfter = encode_if(url, *req.StartAfter);
  if (listing.truncated) out.NextContinuationToken = make_token(listing.last);
  return out;
}

}  // namespace cumulite::s3
