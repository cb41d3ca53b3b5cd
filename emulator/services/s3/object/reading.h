#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/object/range.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"

/// What get and head have in common: which bytes are meant, and how they are sent.
namespace cumulite::s3 {

struct Selection {
  ByteRange range;                 ///< The bytes meant; the whole object if `partial` is false.
  bool partial = false;            ///< Answered with 206 and Content-Range.
  std::optional<PartRecord> part;  ///< The part asked for by number.
};

/// Errors: InvalidRange, InvalidPartNumber, InvalidRequest.
Result<Selection> select_bytes(const Context& ctx, const BucketRecord& bucket,
                               const std::string& key, const ObjectRecord& record,
                               const std::optional<std::string>& range,
                               const std::optional<std::int32_t>& part_number);

/// "bytes 0-9/100".
std::string content_range(const Selection& selection, const ObjectRecord& record);

}  // namespace cumulite::s3
