#pragma once

#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite::sns {

/// Checks {"deadLetterTargetArn": QUEUE} of a subscription to `topic_arn` with `endpoint`.
/// Errors: text after "Invalid parameter: " (or what the operation puts before it).
Result<void> check_redrive_policy(std::string_view text, std::string_view topic_arn,
                                  std::string_view endpoint);

/// The queue of a checked policy; empty if there is none.
std::string dead_letter_target(std::string_view text);

}  // namespace cumulite::sns
