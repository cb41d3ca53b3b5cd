#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "emulator/services/s3/records/object_record.h"

namespace cumulite::s3 {

using TieringConfigurations = std::vector<api::IntelligentTieringConfiguration>;

/// The archive tier into which the configurations move the object by now: "ARCHIVE_ACCESS",
/// "DEEP_ARCHIVE_ACCESS", or empty. Objects below 128 KB are never moved.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
std::string_view archive_tier_of(const TieringConfigurations& configurations, std::string_view key,
                                 const ObjectRecord& record, std::int64_t now_ms);

}  // namespace cumulite::s3
