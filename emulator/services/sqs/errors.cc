#include "emulator/services/sqs/errors.h"

#include <fmt/format.h>

namespace cumulite::sqs::errors {

Error missing_parameter(std::string_view name) {
  return {"MissingParameter", fmt::format("The request must contain the parameter {}.", name)};
}

Error invalid_value(std::string_view value, std::string_view parameter, std::string_view reason) {
  return {"InvalidParameterValue", fmt::format("Value {} for parameter {} is invalid. Reason: {}",
                                               value, parameter, reason)};
}

Error invalid_parameter(std::string_view message) {
  return {"InvalidParameterValue", std::string(message)};
}

Error invalid_address(std::string_view address) {
  return {"InvalidAddress", fmt::format("The address {} is not valid for this endpoint.", address),
          404};
}

Error queue_does_not_exist() {
  return {"QueueDoesNotExist", "The specified queue does not exist."};
}

Error queue_deleted_recently() {
  return {"QueueDeletedRecently",
          "You must wait 60 seconds after deleting a queue before you can create another with the "
          "same name."};
}

Error queue_exists_with_other(std::string_view attribute) {
  return {"QueueNameExists",
          fmt::format("A queue already exists with the same name and a different value for "
                      "attribute {}",
                      attribute)};
}

Error purge_in_progress(std::string_view queue_name) {
  return {
      "PurgeQueueInProgress",
      fmt::format("Only one PurgeQueue operation on {} is allowed every 60 seconds.", queue_name)};
}

Error invalid_queue_name() {
  return invalid_parameter(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

Error invalid_fifo_queue_name() {
  return invalid_parameter(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
      "must end with .fifo suffix and be 1 to 80 in length");
}

Error access_denied(std::string_view action, std::string_view queue_arn) {
  return {
      "AccessDenied",
      fmt::format("User is not authorized to perform: sqs:{} on resource: {}", action, queue_arn),
      403};
}

Error unknown_attribute(std::string_view name) {
  return {"InvalidAttributeName", fmt::format("Unknown Attribute {}.", name)};
}

Error attribute_for_fifo_only(std::string_view name) {
  return {"InvalidAttributeName",
          fmt::format("You can specify the {} only when FifoQueue is set to true.", name)};
}

Error invalid_attribute_value(std::string_view name) {
  return {"InvalidAttributeValue", fmt::format("Invalid value for the parameter {}.", name)};
}

Error invalid_attribute_value(std::string_view name, std::string_view reason) {
  return {"InvalidAttributeValue",
          fmt::format("Invalid value for the parameter {}. Reason: {}", name, reason)};
}

Error message_too_long(std::int64_t bytes_max) {
  return invalid_parameter(fmt::format(
      "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
      bytes_max));
}

Error invalid_message_contents() {
  return {"InvalidMessageContents",
          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF "
          "| #xE000 to #xFFFD | #x10000 to #x10FFFF"};
}

Error receipt_handle_is_invalid(std::string_view handle) {
  return {"ReceiptHandleIsInvalid",
          fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", handle)};
}

Error receipt_handle_expired(std::string_view handle) {
  return invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.");
}

Error message_not_available(std::string_view handle) {
  return invalid_value(handle, "ReceiptHandle",
                       "Message does not exist or is not available for visibility timeout change.");
}

Error too_many_in_flight() {
  return {"OverLimit", "Too many messages are in flight for this queue.", 403};
}

Error empty_batch(std::string_view entry) {
  return {"EmptyBatchRequest",
          fmt::format("There should be at least one {} in the request.", entry)};
}

Error too_many_entries(std::size_t count) {
  return {"TooManyEntriesInBatchRequest",
          fmt::format("Maximum number of entries per request are 10. You have sent {}.", count)};
}

Error ids_not_distinct(std::string_view id) {
  return {"BatchEntryIdsNotDistinct", fmt::format("Id {} repeated.", id)};
}

Error invalid_batch_entry_id() {
  return {"InvalidBatchEntryId",
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It "
          "can be at most 80 letters long."};
}

Error batch_too_long(std::int64_t bytes) {
  return {"BatchRequestTooLong",
          fmt::format("Batch requests cannot be longer than 1048576 bytes. You have sent {} bytes.",
                      bytes)};
}

Error resource_not_found(std::string_view parameter) {
  return {
      "ResourceNotFoundException",
      fmt::format("The resource that you specified for the {} parameter doesn't exist.", parameter),
      404};
}

Error task_not_found() {
  return {"ResourceNotFoundException", "Task does not exist.", 404};
}

Error task_not_cancellable() {
  return {"ResourceNotFoundException", "Only active tasks can be cancelled.", 404};
}

}  // namespace cumulite::sqs::errors
