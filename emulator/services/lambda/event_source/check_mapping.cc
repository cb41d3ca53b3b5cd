#include <algorithm>

#include <fmt/format.h>

#include "emulator/functions/functions.h"
#include "emulator/functions/sources/event_filter.h"
#include "emulator/services/lambda/event_source/mapping.h"
#include "emulator/services/lambda/service.h"

namespace cumulite::lambda {
namespace {

constexpr std::int64_t kBatchWithoutWindowMax = 10;
constexpr std::size_t kFiltersMax = 10;  // AWS raises the usual five to ten on request.
constexpr std::int64_t kRecordAgeSecondsMin = 60;

Result<void> check_queue(Context& ctx, const functions::EventSource& source) {
  if (source.is_fifo() && source.batch_size > functions::kBatchSizeFifoMax)
    return invalid_value("Batch size must be less than or equal to 10 for FIFO queues");
  if (source.is_fifo() && source.batching_window_seconds > 0)
    return invalid_value("Batching window is not supported for FIFO queues.");
  if (source.batch_size > kBatchWithoutWindowMax && source.batching_window_seconds < 1) {
    return invalid_value(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater "
        "than 10");
  }
  const auto hidden = sources_of(ctx).queues().visibility_seconds(source.event_source_arn);
  if (!hidden) {
    return invalid_value(
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not "
        "exist.");
  }
  const auto timeout = functions_of(ctx).timeout_seconds(source.function_arn());
  if (timeout > *hidden) {
    return invalid_value(
        fmt::format("Queue visibility timeout: {} seconds is less than Function timeout: {} "
                    "seconds",
                    *hidden, timeout));
  }
  return {};
}

Result<void> check_destination(const std::string& arn) {
  if (arn.empty()) return {};
  const bool is_known = arn.starts_with("arn:aws:sqs:") || arn.starts_with("arn:aws:sns:") ||
                        arn.starts_with("arn:aws:s3:::");
  if (is_known && !arn.ends_with(".fifo")) return {};
  return invalid_value("The destination ARN " + arn +
                       " is not a standard SQS queue, a standard SNS topic or an S3 bucket");
}

Result<void> check_stream(Context& ctx, const functions::EventSource& source) {
  if (source.starting_position.empty()) {
    return invalid_value(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
        "constraint: Member must not be null.");
  }
  if (source.starting_position == "AT_TIMESTAMP") {
    return invalid_value("Unsupported starting position for arn type: " + source.event_source_arn);
  }
  if (source.batch_size > functions::kBatchSizeMax)
    return invalid_value("Batch size must be less than or equal to 10000");
  const std::int64_t age = source.maximum_record_age_seconds;
  if (age != -1 && age < kRecordAgeSecondsMin) {
    return invalid_value(
        "MaximumRecordAgeInSeconds must be -1 or between 60 and 604800 seconds, inclusive");
  }
  CUMULITE_TRY(check_destination(source.on_failure_arn));
  if (!sources_of(ctx).streams().view(source.event_source_arn))
    return invalid_value("Stream not found: " + source.event_source_arn);
  return {};
}

}  // namespace

Result<void> check_mapping(Context& ctx, const functions::EventSource& source) {
  if (source.filters.size() > kFiltersMax)
    return invalid_value("The number of filters must be less than or equal to 10");
  CUMULITE_TRY(functions::EventFilter::parse(source.filters));
  if (source.is_queue()) return check_queue(ctx, source);
  return check_stream(ctx, source);
}

}  // namespace cumulite::lambda
