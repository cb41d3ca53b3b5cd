#pragma once

#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite::sns {

/// arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, where the resource may hold more colons.
struct Arn {
  std::string service;
  std::string region;
  std::string account;
  std::string resource;
};

/// Errors: "Invalid parameter: PARAMETER Reason: An ARN must have at least 6 elements, not N".
Result<Arn> parse_arn(std::string_view text, std::string_view parameter);

/// Whether the text is an ARN of that service with a resource.
bool is_arn_of(std::string_view text, std::string_view service);

}  // namespace cumulite::sns
