#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/core/body_segments.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// The `Range` of a GET. nullopt: the whole object, also for what S3 ignores (other units, several
/// ranges, nonsense). Error: InvalidRange when it begins at or beyond the end, or asks "-0".
Result<std::optional<ByteRange>> parse_range(std::string_view text, std::uint64_t size);

/// `x-amz-copy-source-range`: strictly "bytes=first-last" within the object. Errors:
/// InvalidArgument, InvalidRange.
Result<ByteRange> parse_copy_range(std::string_view text, std::uint64_t size);

}  // namespace cumulite::s3
