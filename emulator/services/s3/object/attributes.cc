#include "emulator/services/s3/object/attributes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/services/s3/errors.h"
#include "protocol/codec/text.h"
#include "protocol/http/response.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kMetadataBytesMax = 2048;

constexpr std::array<std::string_view, 10> kStorageClasses = {
    "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
    "GLACIER",  "DEEP_ARCHIVE",       "GLACIER_IR",  "SNOW",       "OUTPOSTS",
};

}  // namespace

Result<void> check_metadata(const model::Map<std::string>& metadata) {
  std::size_t size = 0;
  for (const auto& [name, value] : metadata) size += name.size() + value.size();
  if (size > kMetadataBytesMax) return errors::metadata_too_large(size);
  return {};
}

Result<void> check_storage_class(const std::string& name) {
  const auto known = std::find(kStorageClasses.begin(), kStorageClasses.end(), name);
  // SNOW and OUTPOSTS exist, but not for writes to a bucket in a region.
  if (known == kStorageClasses.end() || name == "SNOW" || name == "OUTPOSTS") {
    return errors::invalid_storage_class(name);
  }
  return {};
}

std::string without_aws_chunked(std::string_view content_encoding) {
  std::string kept;
  while (!content_encoding.empty()) {
    const std::size_t comma = content_encoding.find(',');
    const std::string_view item = codec::trim(content_encoding.substr(0, comma));
    content_encoding =
        comma == std::string_view::npos ? std::string_view{} : content_encoding.substr(comma + 1);
    if (item.empty() || item == "aws-chunked") continue;
    if (!kept.empty()) kept += ", ";
    kept += item;
  }
  return kept;
}

Result<void> check_redirect(const std::string& location) {
  if (location.empty() || location.starts_with('/') || location.starts_with("http://") ||
      location.starts_with("https://")) {
    return {};
  }
  return errors::invalid_argument(
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
      "x-amz-website-redirect-location", location);
}

std::optional<std::string> restore_header(const ObjectRecord& record) {
  if (!record.restore.requested) return std::nullopt;
  if (record.restore.ongoing) return "ongoing-request=\"true\"";
  return fmt::format("ongoing-request=\"false\", expiry-date=\"{}\"",
                     http::http_date(record.restore.expiry_ms));
}

bool is_readable(const ObjectRecord& record) {
  const bool archived = record.storage_class == "GLACIER" || record.storage_class == "DEEP_ARCHIVE";
  if (!record.access_tier.empty()) return false;
  return !archived || (record.restore.requested && !record.restore.ongoing);
}

}  // namespace cumulite::s3
