#pragma once

#include <string_view>

#include "protocol/error.h"

/// Every refusal of CloudWatch Logs, one maker a message.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html
namespace cumulite::logs::errors {

Error invalid_parameter(std::string_view message);
Error group_not_found();
Error stream_not_found();
/// Of the operations on tags.
Error resource_not_found();
Error group_exists();
Error stream_exists();
Error invalid_token();
Error invalid_pattern();
Error too_many_tags();
Error deletion_protected();
Error name_and_identifier();

}  // namespace cumulite::logs::errors
