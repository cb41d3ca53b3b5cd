#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

/// Conditions of a read, as sent; dates count in whole seconds.
struct ReadConditions {
  const std::optional<std::string>& if_match;
  const std::optional<std::string>& if_none_match;
  const std::optional<model::Timestamp>& if_modified_since;
  const std::optional<model::Timestamp>& if_unmodified_since;
};

enum class ReadOutcome : std::uint8_t { kSend, kNotModified };

/// RFC 9110, 13.2.2: an ETag condition that is present outranks its date. Error:
/// PreconditionFailed.
Result<ReadOutcome> check_read(const ReadConditions& conditions, const ObjectRecord& record,
                               std::int64_t now_ms);
/// The same for the source of a copy, where "not modified" is a failed precondition too. Errors
/// name the copy-source headers.
Result<void> check_copy_source(const ReadConditions& conditions, const ObjectRecord& record,
                               std::int64_t now_ms);

/// If-Match and If-None-Match of a write (put, copy, complete), within its transaction: that makes
/// them exact. Errors: PreconditionFailed, NoSuchKey, NotImplemented for forms S3 does not know.
Result<void> check_write(const storage::Reader& reader, const BucketRecord& bucket,
                         std::string_view key, const std::optional<std::string>& if_match,
                         const std::optional<std::string>& if_none_match);

/// Whether a list of entity tags ("*", quoted or bare, weak or not) names the ETag.
bool etag_listed(std::string_view list, std::string_view etag);

}  // namespace cumulite::s3
