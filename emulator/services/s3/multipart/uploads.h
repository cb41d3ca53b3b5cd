#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

/// What the operations on multipart uploads have in common.
namespace cumulite::s3 {

inline constexpr std::uint32_t kPartNumberMax = 10'000;

/// Error: NoSuchUpload.
Result<UploadRecord> find_upload(const storage::Reader& reader, std::string_view bucket,
                                 std::string_view key, std::string_view upload_id);

/// Error: InvalidArgument outside 1 to 10,000.
Result<std::uint32_t> check_part_number(const std::optional<std::int32_t>& number);

/// Whether the request brought the customer key with which the upload began, if it did. Error:
/// InvalidRequest.
Result<void> check_upload_key(const UploadRecord& upload, const CustomerKey& key);

/// One part is written: the upload shared, the part exclusive.
storage::Domains part_domains(std::string_view bucket, std::string_view key,
                              std::string_view upload_id, std::uint32_t number);
/// The upload ends: upload and all its parts exclusive.
storage::Domains upload_domains(std::string_view bucket, std::string_view key,
                                std::string_view upload_id);

/// Stores a received part, replacing an earlier one of that number. `part.checksum` is set.
/// Errors: NoSuchUpload, AccessDenied for another customer key.
Result<void> commit_part(Context& ctx, const std::string& bucket, const std::string& key,
                         const std::string& upload_id, PartRecord part, storage::Spool& body);

/// All parts of an upload in order of number.
std::vector<PartRecord> list_upload_parts(const storage::Reader& reader, std::string_view bucket,
                                          std::string_view key, std::string_view upload_id);

/// Drops the rows of an upload; the bodies of its parts are the caller's business.
void drop_upload_rows(storage::Txn& txn, const std::string& bucket, const std::string& key,
                      const std::string& upload_id);

}  // namespace cumulite::s3
