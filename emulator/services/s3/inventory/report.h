#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "emulator/services/s3/listing/version_walk.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"

/// The text of an inventory report: lines of CSV, and the manifest that names their columns.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
namespace cumulite::s3 {

/// The columns in the order of the report: "Bucket", "Key", those of versions where all versions
/// are listed, and the optional fields that are asked for.
std::vector<std::string_view> inventory_columns(const api::InventoryConfiguration& inventory);

/// Whether the report has a line for the version.
bool is_listed(const api::InventoryConfiguration& inventory, const ListedVersion& version);

/// One line, every field in quotes.
void append_inventory_line(const std::vector<std::string_view>& columns, const BucketRecord& bucket,
                           const ListedVersion& version, std::string& out);

/// A file of lines that was delivered.
struct InventoryFile {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string md5;  ///< Hexadecimal.
};

std::string inventory_manifest(const api::InventoryConfiguration& inventory,
                               const BucketRecord& bucket, std::int64_t created_ms,
                               const InventoryFile& file);

}  // namespace cumulite::s3
