#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/error.h"

/// Every refusal of SQS, one maker a message, worded as SQS words it. Codes are the model's shape
/// names, or the common codes that SQS uses without modelling them (InvalidParameterValue,
/// MissingParameter).
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
namespace cumulite::sqs::errors {

// --- parameters
Error missing_parameter(std::string_view name);
/// "Value V for parameter P is invalid. Reason: R"
Error invalid_value(std::string_view value, std::string_view parameter, std::string_view reason);
Error invalid_parameter(std::string_view message);

// --- queues
Error invalid_address(std::string_view address);
Error queue_does_not_exist();
Error queue_deleted_recently();
Error queue_exists_with_other(std::string_view attribute);
Error purge_in_progress(std::string_view queue_name);
Error invalid_queue_name();
Error invalid_fifo_queue_name();
Error access_denied(std::string_view action, std::string_view queue_arn);

// --- attributes
Error unknown_attribute(std::string_view name);
Error attribute_for_fifo_only(std::string_view name);
Error invalid_attribute_value(std::string_view name);
Error invalid_attribute_value(std::string_view name, std::string_view reason);

// --- messages
Error message_too_long(std::int64_t bytes_max);
Error invalid_message_contents();
Error receipt_handle_is_invalid(std::string_view handle);
Error receipt_handle_expired(std::string_view handle);
Error message_not_available(std::string_view handle);
Error too_many_in_flight();

// --- batches
/// `entry`: what the operation calls its entries.
Error empty_batch(std::string_view entry);
Error too_many_entries(std::size_t count);
Error ids_not_distinct(std::string_view id);
Error invalid_batch_entry_id();
Error batch_too_long(std::int64_t bytes);

// --- message move tasks
Error resource_not_found(std::string_view parameter);
Error task_not_found();
Error task_not_cancellable();

}  // namespace cumulite::sqs::errors
