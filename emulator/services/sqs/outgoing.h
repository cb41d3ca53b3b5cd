#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/sqs/message_record.h"
#include "emulator/services/sqs/queue.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// From the members of a send to rows: the checks and digests before the transaction, and the send
/// inside it. SendMessage, SendMessageBatch and deliveries of other services share it.
namespace cumulite::sqs {

/// The members that SendMessage and an entry of SendMessageBatch have in common.
struct SendFields {
  const std::optional<std::string>& body;
  const std::optional<std::int32_t>& delay_seconds;
  const std::optional<model::Map<api::MessageAttributeValue>>& attributes;
  const std::optional<model::Map<api::MessageSystemAttributeValue>>& system_attributes;
  const std::optional<std::string>& deduplication_id;
  const std::optional<std::string>& group_id;
};

template <class Request>
SendFields send_fields(const Request& request) {
  return {request.MessageBody,
          request.DelaySeconds,
          request.MessageAttributes,
          request.MessageSystemAttributes,
          request.MessageDeduplicationId,
          request.MessageGroupId};
}

/// A message that passed all checks.
struct Outgoing {
  MessageHead head;
  std::string content;  ///< encode_content's.
  std::optional<std::int32_t> delay_seconds = {};
  std::string md5_of_system_attributes = {};
};

/// Checks a message for the queue and makes its digests. `sender_id` is shown as SenderId.
/// Errors: MissingParameter, InvalidParameterValue, InvalidMessageContents.
Result<Outgoing> prepare(const QueueConfig& queue, const SendFields& fields,
                         std::string_view sender_id);

/// Checks alone the ids that FIFO queues demand: a batch is refused as a whole without them.
Result<void> check_fifo_ids(const QueueConfig& queue, const SendFields& fields);

struct Sent {
  std::string message_id;
  std::uint64_t sequence = 0;
};

/// Adds the message to the open mailbox; in a FIFO queue, unless it is a duplicate, whose original
/// is reported then.
Sent send(storage::Txn& txn, Queue& queue, const QueueConfig& config, const Outgoing& message,
          std::int64_t now_ms);

/// The twenty digits that FIFO queues show.
std::string sequence_text(std::uint64_t sequence);

/// Bytes that count towards the limits of a message and of a batch.
std::size_t message_bytes(const SendFields& fields);

}  // namespace cumulite::sqs
