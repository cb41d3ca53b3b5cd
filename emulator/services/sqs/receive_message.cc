#include <algorithm>
#include <utility>

#include "emulator/services/sqs/acknowledging.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/receiving.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::sqs {
namespace {

constexpr std::int32_t kMessagesMax = 10;
constexpr std::int32_t kWaitSecondsMax = 20;

constexpr std::size_t kAttemptIdBytesMax = 128;

constexpr std::string_view kSystemAttributes[] = {
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
};

Result<void> check_numbers(const api::ReceiveMessageRequest& req) {
  const auto refuse = [](std::int32_t value, std::string_view parameter, std::string_view reason) {
    return errors::invalid_value(std::to_string(value), parameter, reason);
  };
  if (const auto& max = req.MaxNumberOfMessages; max && (*max < 1 || *max > kMessagesMax)) {
    return refuse(*max, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
  }
  if (const auto& wait = req.WaitTimeSeconds; wait && (*wait < 0 || *wait > kWaitSecondsMax)) {
    return refuse(*wait, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
  }
  if (const auto& hidden = req.VisibilityTimeout;
      hidden && (*hidden < 0 || *hidden > kVisibilitySecondsMax)) {
    return refuse(*hidden, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.");
  }
  return {};
}

Result<std::uint64_t> attempt_hash(const Queue& queue, const std::optional<std::string>& id) {
  if (!id) return std::uint64_t{0};
  if (!queue.fifo) {
    return errors::invalid_value(
        *id, "ReceiveRequestAttemptId",
        "The request includes a parameter that is not valid for this queue type.");
  }
  if (id->empty() || id->size() > kAttemptIdBytesMax) {
    return errors::invalid_value(*id, "ReceiveRequestAttemptId",
                                 "ReceiveRequestAttemptId can only include alphanumeric and "
                                 "punctuation characters. 1 to 128 in length.");
  }
  std::uint64_t hash = 0;
  for (const char c : checksum::digest(checksum::Algorithm::kXxhash64, *id)) {
    hash = (hash << 8) | static_cast<unsigned char>(c);
  }
  return std::max<std::uint64_t>(hash, 1);
}

// The older AttributeNames and the newer MessageSystemAttributeNames mean the same.
Result<AttributeSelection> select_attributes(const api::ReceiveMessageRequest& req) {
  AttributeSelection selection;
  for (const auto* names : {&req.AttributeNames, &req.MessageSystemAttributeNames}) {
    if (!*names) continue;
    for (const std::string& name : **names) {
      if (std::find(std::begin(kSystemAttributes), std::end(kSystemAttributes), name) ==
          std::end(kSystemAttributes)) {
        return errors::unknown_attribute(name);
      }
      selection.system.push_back(name);
    }
  }
  if (req.MessageAttributeNames) selection.message = *req.MessageAttributeNames;
  return selection;
}

}  // namespace

Result<WaitOr<api::ReceiveMessageResult>> receive_message(Context& ctx,
                                                          const api::ReceiveMessageRequest& req) {
  auto found = find_queue(ctx, req.QueueUrl, "ReceiveMessage");
  if (!found.ok()) return std::move(found).error();
  Queue& queue = **found;
  CUMULITE_TRY(check_numbers(req));
  auto selection = select_attributes(req);
  if (!selection.ok()) return std::move(selection).error();
  auto attempt = attempt_hash(queue, req.ReceiveRequestAttemptId);
  if (!attempt.ok()) return std::move(attempt).error();

  const auto config = queue.config();
  const std::int64_t hidden_seconds =
      req.VisibilityTimeout.value_or(config->visibility_timeout_seconds);
  const std::int64_t wait_seconds = req.WaitTimeSeconds.value_or(config->receive_wait_seconds);
  auto received = receive(service_of(ctx), queue,
                          {.max = static_cast<std::size_t>(req.MaxNumberOfMessages.value_or(1)),
                           .visibility_ms = hidden_seconds * 1000,
                           .attempt = *attempt},
                          ctx.now_ms);
  if (!received.ok()) return std::move(received).error();
  api::ReceiveMessageResult answer;
  if (received->messages.empty()) {
    // Short polls of standard queues are told of the limit; others wait or see nothing.
    if (received->over_limit && !queue.fifo && wait_seconds == 0) {
      return errors::too_many_in_flight();
    }
    const std::int64_t deadline_ms = ctx.started_ms + wait_seconds * 1000;
    if (wait_seconds > 0 && !ctx.final_try && ctx.now_ms < deadline_ms) {
      if (received->wake_ms != 0) {
        ctx.env.due.wake_at(queue.account, received->wake_ms, queue.topic);
      }
      return WaitOr<api::ReceiveMessageResult>(Wait{queue.topic, deadline_ms});
    }
    return WaitOr<api::ReceiveMessageResult>(std::move(answer));
  }
  answer.Messages.emplace();
  answer.Messages->reserve(received->messages.size());
  for (const StoredMessage& message : received->messages) {
    answer.Messages->push_back(to_api_message(queue, message, *selection));
  }
  return WaitOr<api::ReceiveMessageResult>(std::move(answer));
}

}  // namespace cumulite::sqs
