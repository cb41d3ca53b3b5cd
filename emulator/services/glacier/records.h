#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/glacier.h"
#include "storage/blob/blob_store.h"

/// The rows of Glacier in binary form. Each `decode` throws storage::StorageError on a corrupt row;
/// `fields` is the table of tag and member for both ways (emulator/core/records/field_table.h).
namespace cumulite::glacier {

using Blobs = std::vector<storage::BlobRef>;

struct VaultRecord {
  std::int64_t created_ms = 0;
  std::uint64_t archives = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t written_ms = 0;           ///< Last upload or delete of an archive; 0: never.
  std::int64_t inventory_ms = 0;         ///< Last inventory; 0: none yet.
  std::uint64_t inventory_archives = 0;  ///< Archives that it lists.
  bool inventory_due = false;            ///< An inventory is scheduled.
  std::uint64_t jobs = 0;                ///< Jobs initiated so far; numbers them.

  std::string encode() const;
  static VaultRecord decode(std::string_view bytes);
  static void fields(auto& self, auto&& field);
};

struct ArchiveRecord {
  std::int64_t created_ms = 0;
  std::uint64_t size_bytes = 0;
  std::string description;
  std::string tree_hash;    ///< Hexadecimal.
  storage::BlobRef blob;    ///< Of an archive in one piece.
  std::uint32_t parts = 0;  ///< 0: in one piece; else the pieces are a row of their own.

  std::string encode() const;
  static ArchiveRecord decode(std::string_view bytes);
  static void fields(auto& self, auto&& field);
};

/// A multipart upload in progress.
struct UploadRecord {
  std::int64_t created_ms = 0;
  std::int64_t active_ms = 0;  ///< Last part.
  std::uint64_t part_size_bytes = 0;
  std::string description;

  std::string encode() const;
  static UploadRecord decode(std::string_view bytes);
  static void fields(auto& self, auto&& field);
};

struct PartRecord {
  storage::BlobRef blob;
  std::string tree_hash;  ///< Raw.

  std::string encode() const;
  static PartRecord decode(std::string_view bytes);
  static void fields(auto& self, auto&& field);
};

/// A job. What DescribeJob shows of it is kept as it is shown.
struct JobRecord {
  api::GlacierJobDescription description;
  std::uint64_t number = 0;        ///< Of the vault's jobs.
  std::int64_t due_ms = 0;         ///< When it completes.
  std::int64_t expires_ms = 0;     ///< When job and output go; 0: not completed.
  std::uint64_t range_offset = 0;  ///< Of the archive.
  std::uint64_t range_length = 0;
  std::string archive_description;

  std::string encode() const;
  static JobRecord decode(std::string_view bytes);
  static void fields(auto& self, auto&& field);
};

/// What an account retrieved lately, and its Expedited jobs in progress.
struct UsageRecord {
  std::int64_t hour_begun_ms = 0;  ///< When the hour that is counted began.
  std::uint64_t hour_bytes = 0;
  std::int64_t month = 0;  ///< Months since year 0.
  std::uint64_t month_bytes = 0;
  std::uint64_t expedited_jobs = 0;

  std::string encode() const;
  static UsageRecord decode(std::string_view bytes);
  static void fields(auto& self, auto&& field);
};

std::string encode_blobs(const Blobs& blobs);
Blobs decode_blobs(std::string_view bytes);

}  // namespace cumulite::glacier
