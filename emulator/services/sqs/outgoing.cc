#include "emulator/services/sqs/outgoing.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/message_attributes.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::sqs {
namespace {

using checksum::Algorithm;

constexpr std::size_t kFifoIdBytesMax = 128;
constexpr std::size_t kDigestBytes = 16;
constexpr std::int32_t kDelaySecondsMax = 900;

// Alphanumeric and punctuation: all that is printed in ASCII, but the space.
Result<void> check_fifo_id(std::string_view parameter, std::string_view id) {
  const bool valid = !id.empty() && id.size() <= kFifoIdBytesMax &&
                     std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (valid) return {};
  return errors::invalid_value(
      id, parameter,
      fmt::format("{} can only include alphanumeric and punctuation characters. 1 to 128 in "
                  "length.",
                  parameter));
}

Result<void> check_ids(const QueueConfig& queue, const SendFields& fields) {
  if (fields.group_id) CUMULITE_TRY(check_fifo_id("MessageGroupId", *fields.group_id));
  if (fields.deduplication_id) {
    if (!queue.fifo) {
      return errors::invalid_value(
          *fields.deduplication_id, "MessageDeduplicationId",
          "The request includes a parameter that is not valid for this queue type.");
    }
    CUMULITE_TRY(check_fifo_id("MessageDeduplicationId", *fields.deduplication_id));
  }
  return check_fifo_ids(queue, fields);
}

Result<void> check_delay(const QueueConfig& queue, const SendFields& fields) {
  if (!fields.delay_seconds) return {};
  const std::int32_t delay = *fields.delay_seconds;
  if (queue.fifo && delay != 0) {
    return errors::invalid_value(
        std::to_string(delay), "DelaySeconds",
        "The request include parameter that is not valid for this queue type.");
  }
  if (delay < 0 || delay > kDelaySecondsMax) {
    return errors::invalid_value(std::to_string(delay), "DelaySeconds",
                                 "Must be >= 0 and <= 900, if provided.");
  }
  return {};
}

// What FIFO queues remember: one name space for the queue, or one for each group.
std::string deduplication_digest(const QueueConfig& queue, const MessageHead& head,
                                 std::int64_t now_ms) {
  std::string scoped;
  if (queue.deduplicates_per_group(now_ms)) {
    scoped = "g" + head.group_id;
    scoped.push_back('\0');
  } else {
    scoped = "q";
  }
  scoped += head.deduplication_id;
  return checksum::digest(Algorithm::kSha256, scoped).substr(0, kDigestBytes);
}

std::string trace_header_md5(const std::string& header) {
  return md5_of_attributes({{"AWSTraceHeader", "String", header}});
}

}  // namespace

Result<void> check_fifo_ids(const QueueConfig& queue, const SendFields& fields) {
  if (!queue.fifo) return {};
  if (!fields.group_id) return errors::missing_parameter("MessageGroupId");
  if (!fields.deduplication_id && !queue.content_based_deduplication) {
    return errors::invalid_parameter(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly");
  }
  return {};
}

Result<Outgoing> prepare(const QueueConfig& queue, const SendFields& fields,
                         std::string_view sender_id) {
  if (!fields.body || fields.body->empty()) return errors::missing_parameter("MessageBody");
  const std::string& body = *fields.body;
  CUMULITE_TRY(check_ids(queue, fields));
  CUMULITE_TRY(check_delay(queue, fields));
  Outgoing message;
  MessageContent content;
  if (fields.attributes) {
    auto attributes = read_message_attributes(*fields.attributes);
    if (!attributes.ok()) return std::move(attributes).error();
    content.attributes = std::move(*attributes);
  }
  const std::size_t size = body.size() + attribute_bytes(content.attributes);
  if (size > static_cast<std::size_t>(queue.message_bytes_max)) {
    return errors::message_too_long(queue.message_bytes_max);
  }
  if (!has_valid_characters(body)) return errors::invalid_message_contents();
  MessageHead& head = message.head;
  if (fields.system_attributes) {
    auto header = read_trace_header(*fields.system_attributes);
    if (!header.ok()) return std::move(header).error();
    head.trace_header = std::move(*header);
    if (!head.trace_header.empty()) {
      message.md5_of_system_attributes = trace_header_md5(head.trace_header);
    }
  }
  head.message_id = ids::uuid();
  head.sender_id = sender_id;
  head.size_bytes = static_cast<std::uint32_t>(size);
  head.group_id = fields.group_id.value_or("");
  if (queue.fifo) {
    head.deduplication_id = fields.deduplication_id
                                ? *fields.deduplication_id
                                : checksum::hex(checksum::digest(Algorithm::kSha256, body));
  }
  head.md5_of_body = checksum::hex(checksum::digest(Algorithm::kMd5, body));
  head.md5_of_attributes = md5_of_attributes(content.attributes);
  // A FIFO queue takes a delay of 0 as none given (golden ..._zero_delay_defaults_to_queue_delay).
  if (!queue.fifo) message.delay_seconds = fields.delay_seconds;
  content.body = body;
  message.content = encode_content(content);
  return message;
}

Sent send(storage::Txn& txn, Queue& queue, const QueueConfig& config, const Outgoing& message,
          std::int64_t now_ms) {
  Mailbox& mailbox = queue.mailbox;
  std::string digest;
  if (config.fifo) {
    digest = deduplication_digest(config, message.head, now_ms);
    if (auto original = mailbox.find_duplicate(txn, digest, now_ms)) {
      return {std::move(original->message_id), original->sequence};
    }
  }
  MessageHead head = message.head;
  const std::int64_t delay_seconds = message.delay_seconds.value_or(config.delay_seconds);
  head.sent_ms = now_ms;
  head.visible_at_ms = now_ms + delay_seconds * 1000;
  Sent sent{head.message_id, mailbox.next_sequence(txn)};
  if (config.fifo) {
    mailbox.remember(txn, digest, {now_ms, sent.sequence, sent.message_id});
  }
  mailbox.put(txn, sent.sequence, std::move(head), message.content, now_ms);
  return sent;
}

std::string sequence_text(std::uint64_t sequence) {
  return fmt::format("18{:018}", sequence);
}

std::size_t message_bytes(const SendFields& fields) {
  std::size_t bytes = fields.body ? fields.body->size() : 0;
  if (!fields.attributes) return bytes;
  for (const auto& [name, value] : *fields.attributes) {
    bytes += name.size();
    for (const auto* text : {&value.DataType, &value.StringValue, &value.BinaryValue}) {
      if (*text) bytes += (*text)->size();
    }
  }
  return bytes;
}

}  // namespace cumulite::sqs
