#include "emulator/services/s3/inventory/report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/services/s3/access/acl.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/timestamp.h"
#include "protocol/http/request.h"

namespace cumulite::s3 {

namespace {

using Text = std::string;
using Field = Text (*)(const ObjectRecord&);

std::string_view truth(bool value) {
  return value ? "true" : "false";
}

Text time_text(std::int64_t ms) {
  Text text;
  if (ms != 0) codec::append_iso8601(model::Timestamp{ms}, true, text);
  return text;
}

Text size_of(const ObjectRecord& record) {
  return record.delete_marker ? Text() : fmt::to_string(record.size_bytes);
}

Text modified_of(const ObjectRecord& record) {
  return time_text(record.modified_ms);
}

Text etag_of(const ObjectRecord& record) {
  return record.etag;
}

Text class_of(const ObjectRecord& record) {
  return record.delete_marker ? Text() : record.storage_class;
}

Text multipart_of(const ObjectRecord& record) {
  return record.delete_marker ? Text() : Text(truth(record.part_count != 0));
}

Text replication_of(const ObjectRecord& record) {
  return record.replication_status;
}

Text encryption_of(const ObjectRecord& record) {
  if (record.delete_marker) return {};
  if (!record.encryption.customer_key_md5.empty()) return "SSE-C";
  if (record.encryption.algorithm == "aws:kms") return "SSE-KMS";
  if (record.encryption.algorithm == "aws:kms:dsse") return "DSSE-KMS";
  return "SSE-S3";
}

Text retain_until_of(const ObjectRecord& record) {
  return time_text(record.lock.retain_until_ms);
}

Text lock_mode_of(const ObjectRecord& record) {
  return record.lock.mode;
}

Text legal_hold_of(const ObjectRecord& record) {
  return record.lock.legal_hold;
}

/// "ARCHIVE_ACCESS" is "ARCHIVE" here; what is in no archive tier is read like any other object.
Text tier_of(const ObjectRecord& record) {
  if (record.storage_class != "INTELLIGENT_TIERING") return {};
  if (record.access_tier.empty()) return "FREQUENT";
  return record.access_tier.substr(0, record.access_tier.rfind('_'));
}

Text bucket_key_of(const ObjectRecord& record) {
  if (!record.encryption.algorithm.starts_with("aws:kms")) return {};
  return record.encryption.bucket_key ? "ENABLED" : "DISABLED";
}

Text checksum_of(const ObjectRecord& record) {
  return record.checksum ? Text(checksum::algorithm_name(record.checksum->algorithm)) : Text();
}

Text owner_of(const ObjectRecord& record) {
  return record.owner_id;
}

Text acl_of(const ObjectRecord& record) {
  if (record.delete_marker) return {};
  const Acl acl = Acl::decode(record.acl, record.owner_id);
  nlohmann::json grants = nlohmann::json::array();
  for (const AclGrant& grant : acl.grants) {
    const char* member = grant.is_group() ? "uri" : "canonicalId";
    grants.push_back({{member, grant.grantee},
                      {"type", grant.is_group() ? "Group" : "CanonicalUser"},
                      {"permissions", {grant.permission}}});
  }
  const nlohmann::json text = {
      {"version", "2022-11-10"}, {"status", "AVAILABLE"}, {"grants", grants}};
  return codec::base64_encode(text.dump());
}

struct OptionalColumn {
  std::string_view name;
  Field field;
};

/// In the order of S3's own reports. Other fields of the model are columns that stay empty.
constexpr std::array kOptional = {
    OptionalColumn{"Size", &size_of},
    OptionalColumn{"LastModifiedDate", &modified_of},
    OptionalColumn{"ETag", &etag_of},
    OptionalColumn{"StorageClass", &class_of},
    OptionalColumn{"IsMultipartUploaded", &multipart_of},
    OptionalColumn{"ReplicationStatus", &replication_of},
    OptionalColumn{"EncryptionStatus", &encryption_of},
    OptionalColumn{"ObjectLockRetainUntilDate", &retain_until_of},
    OptionalColumn{"ObjectLockMode", &lock_mode_of},
    OptionalColumn{"ObjectLockLegalHoldStatus", &legal_hold_of},
    OptionalColumn{"IntelligentTieringAccessTier", &tier_of},
    OptionalColumn{"BucketKeyStatus", &bucket_key_of},
    OptionalColumn{"ChecksumAlgorithm", &checksum_of},
    OptionalColumn{"ObjectAccessControlList", &acl_of},
    OptionalColumn{"ObjectOwner", &owner_of},
};

bool lists_all_versions(const api::InventoryConfiguration& inventory) {
  return inventory.IncludedObjectVersions.value_or("") == "All";
}

Text value_of(std::string_view column, const BucketRecord& bucket, const ListedVersion& version) {
  const ObjectRecord& record = version.record;
  if (column == "Bucket") return bucket.name;
  if (column == "Key") return http::percent_encode(version.key, true);
  if (column == "VersionId") return record.null_version ? Text() : version_id_of(record);
  if (column == "IsLatest") return Text(truth(version.latest));
  if (column == "IsDeleteMarker") return Text(truth(record.delete_marker));
  for (const OptionalColumn& optional : kOptional) {
    if (optional.name == column) return optional.field(record);
  }
  return {};
}

}  // namespace

std::vector<std::string_view> inventory_columns(const api::InventoryConfiguration& inventory) {
  std::vector<std::string_view> columns = {"Bucket", "Key"};
  if (lists_all_versions(inventory)) {
    columns.insert(columns.end(), {"VersionId", "IsLatest", "IsDeleteMarker"});
  }
  if (!inventory.OptionalFields) return columns;
  const auto& asked = *inventory.OptionalFields;
  for (const OptionalColumn& optional : kOptional) {
    if (std::find(asked.begin(), asked.end(), optional.name) != asked.end()) {
      columns.push_back(optional.name);
    }
  }
  for (const std::string& name : asked) {
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  }
  return columns;
}

bool is_listed(const api::InventoryConfiguration& inventory, const ListedVersion& version) {
  return lists_all_versions(inventory) || (version.latest && !version.record.delete_marker);
}

void append_inventory_line(const std::vector<std::string_view>& columns, const BucketRecord& bucket,
                           const ListedVersion& version, std::string& out) {
  bool first = true;
  for (const std::string_view column : columns) {
    if (!first) out += ',';
    first = false;
    out += '"';
    // No value holds a quote: keys are encoded, the others are of S3's own making.
    out += value_of(column, bucket, version);
    out += '"';
  }
  out += '\n';
}

std::string inventory_manifest(const api::InventoryConfiguration& inventory,
                               const BucketRecord& bucket, std::int64_t created_ms,
                               const InventoryFile& file) {
  std::string schema;
  for (const std::string_view column : inventory_columns(inventory)) {
    if (!schema.empty()) schema += ", ";
    schema += column;
  }
  nlohmann::ordered_json manifest;
  manifest["sourceBucket"] = bucket.name;
  manifest["destinationBucket"] = inventory.Destination->S3BucketDestination->Bucket.value_or("");
  manifest["version"] = "2016-11-30";
  manifest["creationTimestamp"] = fmt::to_string(created_ms);
  manifest["fileFormat"] = "CSV";
  manifest["fileSchema"] = schema;
  manifest["files"] = nlohmann::ordered_json::array(
      {{{"key", file.key}, {"size", file.size_bytes}, {"MD5checksum", file.md5}}});
  return manifest.dump(2);
}

}  // namespace cumulite::s3
