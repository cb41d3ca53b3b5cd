#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/listing/restore_status.h"
#include "emulator/services/s3/listing/version_walk.h"
#include "emulator/services/s3/listing/walk.h"
#include "emulator/services/s3/object/attributes.h"
#include "protocol/codec/xml_writer.h"

namespace cumulite::s3 {

namespace {

using Request = api::ListObjectVersionsRequest;
using Output = api::ListObjectVersionsOutput;

api::ObjectVersion version_entry(const ListedVersion& listed, const Request& req, bool url) {
  const ObjectRecord& record = listed.record;
  api::ObjectVersion version;
  version.Key = encode_if(url, listed.key);
  version.VersionId = version_id_of(record);
  version.IsLatest = listed.latest;
  version.LastModified = model::Timestamp{record.modified_ms};
  version.ETag = quoted_etag(record);
  version.Size = static_cast<std::int64_t>(record.size_bytes);
  version.StorageClass = record.storage_class;
  version.Owner = api::Owner{std::nullopt, record.owner_id};
  if (req.OptionalObjectAttributes) version.RestoreStatus = restore_status(record);
  if (record.checksum) {
    version.ChecksumAlgorithm = {std::string(checksum::algorithm_name(record.checksum->algorithm))};
    version.ChecksumType = std::string(checksum_type(*record.checksum));
  }
  return version;
}

api::DeleteMarkerEntry marker_entry(const ListedVersion& listed, bool url) {
  api::DeleteMarkerEntry marker;
  marker.Key = encode_if(url, listed.key);
  marker.VersionId = version_id_of(listed.record);
  marker.IsLatest = listed.latest;
  marker.LastModified = model::Timestamp{listed.record.modified_ms};
  marker.Owner = api::Owner{std::nullopt, listed.record.owner_id};
  return marker;
}

/// S3 shows versions and markers in one order, by key and age, though the model has a list of each.
void write_entry(const ListedVersion& listed, const Request& req, std::string& entries) {
  const bool url = req.EncodingType.has_value();
  Output one;
  if (listed.record.delete_marker) {
    one.DeleteMarkers.emplace().push_back(marker_entry(listed, url));
  } else {
    one.Versions.emplace().push_back(version_entry(listed, req, url));
  }
  codec::write_xml_members(*api::op::ListObjectVersions::info().output, codec::XmlDialect::kS3,
                           &one, entries);
}

/// Moves the walk behind the request's markers.
Result<void> start(const Context& ctx, const BucketRecord& bucket, const Request& req,
                   VersionWalk& walk) {
  const std::string key = req.KeyMarker.value_or("");
  if (key.empty()) {
    if (!req.VersionIdMarker) return {};
    return errors::invalid_argument("A version-id marker cannot be specified without a key marker.",
                                    "version-id-marker", *req.VersionIdMarker);
  }
  const auto shown = common_prefix_of(key, req.Prefix.value_or(""), req.Delimiter.value_or(""));
  if (shown) {
    walk.skip_prefix(*shown);
    return {};
  }
  if (!req.VersionIdMarker || req.VersionIdMarker->empty()) {
    walk.skip_key(key);
    return {};
  }
  auto id = parse_version_id(*req.VersionIdMarker);
  if (!id.ok()) {
    return errors::invalid_argument("Invalid version id specified", "version-id-marker",
                                    *req.VersionIdMarker);
  }
  if (!id->null_version) {
    walk.skip_version(key, id->sequence);
  } else if (const auto version = find_version(ctx.env.store, bucket, key, *id)) {
    walk.skip_version(key, version->record.sequence);
  } else {
    walk.skip_key(key);
  }
  return {};
}

/// `entries` takes what is neither a common prefix nor about the page.
void fill_page(VersionWalk& walk, const Request& req, std::string& entries, Output& out) {
  const bool url = out.EncodingType.has_value();
  const auto limit = static_cast<std::size_t>(*out.MaxKeys);
  std::string last_key;
  std::string last_version;
  std::size_t shown = 0;
  while (auto listed = walk.next()) {
    if (shown == limit) {
      out.IsTruncated = true;
      out.NextKeyMarker = encode_if(url, last_key);
      out.NextVersionIdMarker = text_or_absent(last_version);
      return;
    }
    ++shown;
    if (auto common =
            common_prefix_of(listed->key, req.Prefix.value_or(""), req.Delimiter.value_or(""))) {
      walk.skip_prefix(*common);
      if (!out.CommonPrefixes) out.CommonPrefixes.emplace();
      out.CommonPrefixes->push_back({encode_if(url, *common)});
      last_key = std::move(*common);
      last_version.clear();
      continue;
    }
    last_key = listed->key;
    last_version = version_id_of(listed->record);
    write_entry(*listed, req, entries);
  }
}

}  // namespace

Result<Output> list_object_versions(Context& ctx, const Request& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const bool url, wants_url_encoding(req.EncodingType));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.MaxKeys, "max-keys"));
  CUMULITE_TRY(wants_restore_status(req.OptionalObjectAttributes));
  Output out;
  out.Name = req.Bucket;
  out.Prefix = encode_if(url, req.Prefix.value_or(""));
  if (req.Delimiter && !req.Delimiter->empty()) out.Delimiter = encode_if(url, *req.Delimiter);
  out.KeyMarker = encode_if(url, req.KeyMarker.value_or(""));
  out.VersionIdMarker = req.VersionIdMarker.value_or("");
  out.MaxKeys = static_cast<std::int32_t>(limit);
  out.IsTruncated = false;
  if (url) out.EncodingType = "url";
  VersionWalk walk(ctx.env.store, bucket, req.Prefix.value_or(""));
  CUMULITE_TRY(start(ctx, bucket, req, walk));
  if (limit > 0) fill_page(walk, req, ctx.response.body, out);
  return out;
}

}  // namespace cumulite::s3
