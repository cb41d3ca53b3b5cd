#include <algorithm>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

constexpr std::int32_t kPartsMax = 1000;

/// Attributes may be listed in one header, separated by commas.
bool wants(const api::GetObjectAttributesRequest& req, std::string_view name) {
  if (!req.ObjectAttributes) return false;
  return std::any_of(
      req.ObjectAttributes->begin(), req.ObjectAttributes->end(), [name](std::string_view item) {
        while (!item.empty()) {
          const std::size_t comma = item.find(',');
          std::string_view one = item.substr(0, comma);
          while (one.starts_with(' ')) one.remove_prefix(1);
          if (one == name) return true;
          item = comma == std::string_view::npos ? std::string_view{} : item.substr(comma + 1);
        }
        return false;
      });
}

/// Only parts with checksums of their own are listed; else just their number is given.
api::GetObjectAttributesParts describe_parts(const api::GetObjectAttributesRequest& req,
                                             const ObjectRecord& record,
                                             const std::vector<PartRecord>& parts) {
  api::GetObjectAttributesParts out;
  out.TotalPartsCount = static_cast<std::int32_t>(record.part_count);
  if (!record.checksum || !record.checksum->composite) return out;
  const std::int32_t limit = std::clamp(req.MaxParts.value_or(kPartsMax), 0, kPartsMax);
  const std::int32_t marker = req.PartNumberMarker.value_or(0);
  out.PartNumberMarker = marker;
  out.MaxParts = limit;
  out.IsTruncated = false;
  out.NextPartNumberMarker = 0;
  for (const PartRecord& part : parts) {
    const auto number = static_cast<std::int32_t>(part.number);
    if (number <= marker) continue;
    if (!out.Parts) out.Parts.emplace();
    if (out.Parts->size() == static_cast<std::size_t>(limit)) {
      out.IsTruncated = true;
      break;
    }
    api::ObjectPart& described = out.Parts->emplace_back();
    described.PartNumber = number;
    described.Size = static_cast<std::int64_t>(part.size_bytes);
    if (part.checksum) {
      checksum_member(described, part.checksum->algorithm) = checksum_text(*part.checksum, 0);
    }
    out.NextPartNumberMarker = number;
  }
  return out;
}

Result<void> check_attributes(const api::GetObjectAttributesRequest& req) {
  constexpr std::string_view kNames[] = {"ETag", "Checksum", "ObjectParts", "StorageClass",
                                         "ObjectSize"};
  if (std::any_of(std::begin(kNames), std::end(kNames),
                  [&](std::string_view name) { return wants(req, name); })) {
    return {};
  }
  return errors::invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes");
}

}  // namespace

Result<api::GetObjectAttributesOutput> get_object_attributes(
    Context& ctx, const api::GetObjectAttributesRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, req.VersionId));
  const ObjectRecord& record = found.record;
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_TRY(check_customer_key(record, key));
  CUMULITE_TRY(check_attributes(req));
  api::GetObjectAttributesOutput out;
  out.LastModified = model::Timestamp{record.modified_ms};
  out.VersionId = shown_version(bucket, record);
  if (wants(req, "ETag")) out.ETag = record.etag;
  if (wants(req, "ObjectSize")) out.ObjectSize = static_cast<std::int64_t>(record.size_bytes);
  if (wants(req, "StorageClass")) out.StorageClass = record.storage_class;
  if (wants(req, "Checksum") && record.checksum) {
    auto& checksum = out.Checksum.emplace();
    // Here the text has no "-N".
    checksum_member(checksum, record.checksum->algorithm) =
        checksum_text({record.checksum->algorithm, record.checksum->raw}, 0);
    checksum.ChecksumType = std::string(checksum_type(*record.checksum));
  }
  if (wants(req, "ObjectParts") && record.part_count > 0) {
    out.ObjectParts =
        describe_parts(req, record, read_parts(ctx.env.store, bucket, *req.Key, record));
  }
  return out;
}

}  // namespace cumulite::s3
