#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/error.h"

/// Lambda's errors, one maker a message.
namespace cumulite::lambda::errors {

Error function_not_found(std::string_view arn);
Error function_exists(std::string_view name);
Error invalid_parameter(std::string_view message);
/// "1 validation error detected: Value 'v' at 'member' failed to satisfy constraint: ..."
Error constraint(std::string_view value, std::string_view member, std::string_view rule);
Error resource_not_found(std::string_view message);
/// "Cannot find alias arn: ..."
Error alias_not_found(std::string_view arn);
Error resource_conflict(std::string_view message);
Error revision_mismatch();
/// Tags that a function or mapping may have.
inline constexpr std::size_t kTagsMax = 50;
Error too_many_tags();
Error code_storage_exceeded();
Error too_many_requests(std::string_view reason);

}  // namespace cumulite::lambda::errors
