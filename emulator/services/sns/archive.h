#pragma once

#include <string_view>

#include "emulator/services/sns/service.h"
#include "protocol/result.h"

/// Message archives of FIFO topics.
/// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-archiving-replay.html
namespace cumulite::sns {

/// Of an ArchivePolicy {"MessageRetentionPeriod": DAYS}; 1 to 365.
/// Errors: InvalidParameter.
Result<int> read_retention_days(std::string_view policy);

}  // namespace cumulite::sns
