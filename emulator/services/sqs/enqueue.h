#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/environment.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// SQS for other parts of the daemon, by ARN, with the semantics of the operations. None of these
/// may be called inside a transaction.
namespace cumulite::sqs {

/// The topic of the wake hub that is notified when the queue may have something to receive.
std::string topic_of(std::string_view queue_arn);

/// Sends at once; deliveries that belong to a change go through the outbox instead (kind "sqs").
/// Errors: those of SendMessage.
Result<void> enqueue(Environment& env, std::string_view queue_arn, const SqsDelivery& delivery);

/// Receives up to `max` messages with all attributes, hidden for the queue's visibility timeout.
/// Empty if there are none. Errors: QueueDoesNotExist.
Result<std::vector<api::Message>> receive_batch(Environment& env, std::string_view queue_arn,
                                                std::size_t max);

/// Deletes what was processed; handles that are no longer good are skipped.
/// Errors: QueueDoesNotExist.
Result<void> delete_batch(Environment& env, std::string_view queue_arn,
                          const std::vector<std::string>& receipt_handles);

/// Errors: those of ChangeMessageVisibility.
Result<void> change_visibility(Environment& env, std::string_view queue_arn,
                               const std::string& receipt_handle, std::int64_t seconds);

/// Messages that a receive could return now; 0 without such a queue.
std::uint64_t count_ready(Environment& env, std::string_view queue_arn);

/// The queue's visibility timeout; nullopt without such a queue.
std::optional<std::int64_t> visibility_seconds(Environment& env, std::string_view queue_arn);

/// A message seen without receiving it.
struct PeekedMessage {
  api::Message message;  ///< Without a receipt handle.
  bool is_in_flight = false;
  bool is_delayed = false;
  bool is_available = false;  ///< A receive could return it now: false in a closed FIFO group.
};

/// Messages of the queue in any state, oldest first, at most `limit`; changes nothing.
/// Errors: QueueDoesNotExist.
Result<std::vector<PeekedMessage>> peek(Environment& env, std::string_view queue_arn,
                                        std::size_t limit);
/// The ARN of the queue that a QueueUrl names, by its account, region and name, with the given ones
/// for what it leaves out; empty if there is no such queue.
std::string arn_of_url(Environment& env, std::string_view queue_url, std::string_view account,
                       std::string_view region);

}  // namespace cumulite::sqs
