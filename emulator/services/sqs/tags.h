#pragma once

#include <string>

#include "emulator/core/tags.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"

namespace cumulite::sqs {

/// Adds the tags to those that a queue has, replacing values of the same key.
/// Errors: InvalidParameterValue (keys of 1 to 128, values of up to 256 characters, 50 tags).
Result<void> merge_tags(const model::Map<std::string>& added, tags::Tags& stored);

}  // namespace cumulite::sqs
