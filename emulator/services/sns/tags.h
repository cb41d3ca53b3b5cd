#pragma once

#include <vector>

#include "emulator/services/sns/sns_api.h"
#include "protocol/result.h"

namespace cumulite::sns {

/// Adds tags or replaces their values. Errors: InvalidParameter, TagLimitExceeded.
Result<void> merge_tags(const std::vector<api::Tag>& added, Attributes& stored);

}  // namespace cumulite::sns
