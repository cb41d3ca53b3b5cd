#include "emulator/services/sns/errors.h"

#include <fmt/format.h>

namespace cumulite::sns::errors {

Error invalid_parameter(std::string_view text) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {}", text)};
}

Error invalid_parameter(std::string_view name, std::string_view reason) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {} Reason: {}", name, reason)};
}

Error invalid(std::string_view text) {
  return {"InvalidParameter", std::string(text)};
}

Error no_value(std::string_view parameter) {
  return invalid_parameter(parameter, "no value for required parameter");
}

Error validation_null(std::string_view member) {
  return {"ValidationError",
          fmt::format("1 validation error detected: Value null at '{}' failed to "
                      "satisfy constraint: Member must not be null",
                      member)};
}

Error invalid_value(std::string_view text) {
  return {"ParameterValueInvalid", std::string(text)};
}

Error topic_not_found() {
  return {"NotFound", "Topic does not exist"};
}

Error subscription_not_found() {
  return {"NotFound", "Subscription does not exist"};
}

Error archive_is_active() {
  return {"InvalidState", "Invalid state: Cannot delete a topic with an ArchivePolicy"};
}

Error endpoint_not_found() {
  return {"NotFound", "Endpoint does not exist"};
}

Error application_not_found() {
  return {"NotFound", "PlatformApplication does not exist"};
}

Error resource_not_found() {
  return {"ResourceNotFound", "Resource does not exist"};
}

Error not_authorized(std::string_view caller, std::string_view action, std::string_view arn,
                     std::string_view reason) {
  return {"AuthorizationError",
          fmt::format("User: {} is not authorized to perform: SNS:{} on resource: {} {}", caller,
                      action, arn, reason)};
}

Error missing_authentication() {
  return {"MissingAuthenticationToken", "Request is missing Authentication Token", 403};
}

Error endpoint_disabled() {
  return {"EndpointDisabled", "Endpoint is disabled"};
}

Error application_disabled() {
  return {"PlatformApplicationDisabled", "Platform application is disabled"};
}

Error opted_out() {
  return {"OptedOut", "The phone number is opted out"};
}

Error empty_batch() {
  return {"EmptyBatchRequest", "The batch request doesn't contain any entries."};
}

Error too_many_entries() {
  return {"TooManyEntriesInBatchRequest",
          "The batch request contains more entries than permissible."};
}

Error ids_not_distinct() {
  return {"BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."};
}

Error batch_entry_id_too_long(std::string_view id) {
  return {"InvalidBatchEntryId",
          fmt::format("The Id of a batch entry in the batch request is too long: {}", id)};
}

Error invalid_batch_entry_id(std::string_view id) {
  return {"InvalidBatchEntryId",
          fmt::format("The Id of a batch entry in the batch request contains an impermissible "
                      "character: {}",
                      id)};
}

Error batch_too_long() {
  return {"BatchRequestTooLong",
          "The length of all the messages put together is more than the limit."};
}

Error tag_limit() {
  return {"TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded"};
}

Error tags_not_distinct() {
  return invalid_parameter("Duplicated keys are not allowed.");
}

Error subscription_limit() {
  return {"SubscriptionLimitExceeded", "Subscription limit exceeded"};
}

Error filter_policy_limit() {
  return {"FilterPolicyLimitExceeded", "Filter policy limit exceeded"};
}

Error replay_limit() {
  return {"ReplayLimitExceeded", "The number of running message replays exceeds the limit"};
}

Error stale_sandbox_code() {
  return {"VerificationException", "The one-time password is not valid", 400};
}

Error throttled(std::string_view text) {
  return {"Throttled", std::string(text)};
}

Error user_error(std::string_view text) {
  return {"UserError", std::string(text)};
}

}  // namespace cumulite::sns::errors
