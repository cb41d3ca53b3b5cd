#pragma once

#include <string_view>

#include "protocol/error.h"

/// Every refusal of SNS, one maker a message, worded as SNS words it.
/// https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
namespace cumulite::sns::errors {

// --- parameters
/// "Invalid parameter: TEXT": most of what SNS refuses.
Error invalid_parameter(std::string_view text);
/// "Invalid parameter: NAME Reason: REASON"
Error invalid_parameter(std::string_view name, std::string_view reason);
/// InvalidParameter with exactly that text.
Error invalid(std::string_view text);
Error no_value(std::string_view parameter);
Error validation_null(std::string_view member);
/// ParameterValueInvalid: message attributes.
Error invalid_value(std::string_view text);

// --- resources
Error topic_not_found();
Error subscription_not_found();
/// InvalidState: of DeleteTopic.
Error archive_is_active();
Error endpoint_not_found();
Error application_not_found();
Error resource_not_found();
/// `reason`: "because no resource-based policy allows the SNS:Publish action".
Error not_authorized(std::string_view caller, std::string_view action, std::string_view arn,
                     std::string_view reason);
Error missing_authentication();

// --- publishing
Error endpoint_disabled();
Error application_disabled();
Error opted_out();
Error empty_batch();
Error too_many_entries();
Error ids_not_distinct();
Error batch_entry_id_too_long(std::string_view id);
Error invalid_batch_entry_id(std::string_view id);
Error batch_too_long();

// --- limits and tags
Error tag_limit();
Error tags_not_distinct();
Error subscription_limit();
Error filter_policy_limit();
Error replay_limit();
Error stale_sandbox_code();
Error throttled(std::string_view text);
Error user_error(std::string_view text);

}  // namespace cumulite::sns::errors
