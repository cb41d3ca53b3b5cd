#include "emulator/services/sqs/receiving.h"

#include <algorithm>
#include <utility>

#include "emulator/core/ids.h"
#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/message_attributes.h"
#include "emulator/services/sqs/outgoing.h"
#include "emulator/services/sqs/receipt_handle.h"

namespace cumulite::sqs {
namespace {

// Bodies that one transaction moves to a dead-letter queue; the next one goes on.
constexpr std::size_t kDeadBytesMax = 2 * 1024 * 1024;

enum class Step : std::uint8_t {
  kDone,
  kNeedsDeadLetterQueue,  ///< Run again with the dead-letter queue's domain; nothing was done.
  kMovedOnly,             ///< Only dead letters were ahead: look again.
};

struct Try {
  Step step = Step::kDone;
  Received received = {};
};

/// One transaction of a receive.
class ReceiveTry {
 public:
  ReceiveTry(storage::Txn& txn, Queue& queue, Queue* dead_letters, const ReceiveOptions& options,
             std::int64_t now_ms)
      : txn_(txn), queue_(queue), dead_letters_(dead_letters), options_(options), now_ms_(now_ms) {}

  Try run(const QueueConfig& config, bool redrives) {
    Try result;
    if (options_.attempt != 0 && replay(result.received)) return result;
    const auto picked = queue_.mailbox.index().pick(options_.max);
    const std::uint32_t receives_max = redrives ? config.redrive->max_receive_count : 0;
    if (redrives && dead_letters_ == nullptr &&
        std::any_of(picked.begin(), picked.end(),
                    [&](std::uint64_t sequence) { return is_dead(sequence, receives_max); })) {
      result.step = Step::kNeedsDeadLetterQueue;
      return result;
    }
    for (const std::uint64_t sequence : picked) {
      if (redrives && is_dead(sequence, receives_max)) {
        if (!bury(sequence)) break;
      } else if (!hand_out(sequence, result.received)) {
        break;
      }
    }
    finish(result);
    return result;
  }

 private:
  bool is_dead(std::uint64_t sequence, std::uint32_t receives_max) const {
    const QueueIndex::Entry* entry = queue_.mailbox.index().find(sequence);
    return entry != nullptr && entry->receive_count >= receives_max;
  }

  /// False when this transaction has moved enough.
  bool bury(std::uint64_t sequence) {
    auto message = queue_.mailbox.read(txn_, sequence);
    if (!message) return true;
    const std::size_t bytes = message->record.head.size_bytes;
    if (buried_ > 0 && buried_bytes_ + bytes > kDeadBytesMax) return false;
    ++buried_;
    buried_bytes_ += bytes;
    move_message(txn_, queue_, *dead_letters_, std::move(*message), MoveKind::kDeadLetter, now_ms_);
    return true;
  }

  /// False when too many are in flight.
  bool hand_out(std::uint64_t sequence, Received& received) {
    Mailbox& mailbox = queue_.mailbox;
    if (mailbox.index().counts().in_flight + received.messages.size() >= kInFlightMax) {
      received.over_limit = true;
      return false;
    }
    auto message = mailbox.read(txn_, sequence);
    if (!message) return true;
    mailbox.receive(txn_, *message, now_ms_ + options_.visibility_ms, now_ms_, options_.attempt);
    received.messages.push_back(std::move(*message));
    return true;
  }

  // The same attempt again gets the same messages and handles, and hides them anew.
  bool replay(Received& received) {
    Mailbox& mailbox = queue_.mailbox;
    const auto sequences = mailbox.find_attempt(options_.attempt, now_ms_);
    for (const std::uint64_t sequence : sequences) {
      auto message = mailbox.read(txn_, sequence);
      if (!message) continue;
      mailbox.change_visibility(txn_, sequence, now_ms_ + options_.visibility_ms, now_ms_,
                                options_.attempt);
      received.messages.push_back(std::move(*message));
    }
    if (!sequences.empty()) {
      mailbox.remember_attempt(txn_, options_.attempt, sequences, now_ms_);
    }
    return !sequences.empty();
  }

  void finish(Try& result) {
    Received& received = result.received;
    if (received.messages.empty()) {
      if (buried_ > 0) result.step = Step::kMovedOnly;
      received.wake_ms = queue_.mailbox.take_wake_ms(now_ms_);
      return;
    }
    if (options_.attempt == 0) return;
    std::vector<std::uint64_t> sequences;
    for (const StoredMessage& message : received.messages) sequences.push_back(message.sequence);
    queue_.mailbox.remember_attempt(txn_, options_.attempt, std::move(sequences), now_ms_);
  }

  storage::Txn& txn_;
  Queue& queue_;
  Queue* dead_letters_;
  const ReceiveOptions& options_;
  const std::int64_t now_ms_;
  std::size_t buried_ = 0;
  std::size_t buried_bytes_ = 0;
};

// The dead-letter queue that a queue's messages go to, if it still exists.
QueuePointer dead_letter_queue(SqsService& service, const Queue& queue) {
  const auto config = queue.config();
  if (!config->redrive) return nullptr;
  QueuePointer found = service.queues().find_arn(config->redrive->dead_letter_arn);
  return found.get() == &queue ? nullptr : found;
}

}  // namespace

Result<Received> receive(SqsService& service, Queue& queue, const ReceiveOptions& options,
                         std::int64_t now_ms) {
  const QueuePointer dead_letters = dead_letter_queue(service, queue);
  bool with_dead_letters = false;
  for (;;) {
    storage::Domains domains = {queue.contents_domain()};
    if (with_dead_letters) domains.push_back(dead_letters->contents_domain());
    auto tried = service.env().store.transact(domains, [&](storage::Txn& txn) -> Result<Try> {
      if (queue.is_deleted()) return errors::queue_does_not_exist();
      const auto config = queue.config();
      queue.mailbox.open(txn, *config, now_ms);
      const bool redrives = config->redrive && dead_letters != nullptr &&
                            !dead_letters->is_deleted() && dead_letters->fifo == queue.fifo;
      if (redrives && with_dead_letters) {
        dead_letters->mailbox.open(txn, *dead_letters->config(), now_ms);
      }
      ReceiveTry attempt(txn, queue, with_dead_letters ? dead_letters.get() : nullptr, options,
                         now_ms);
      return attempt.run(*config, redrives);
    });
    if (!tried.ok()) return std::move(tried).error();
    if (tried->step == Step::kDone) return std::move(tried->received);
    with_dead_letters = true;
  }
}

void move_message(storage::Txn& txn, Queue& from, Queue& to, StoredMessage message, MoveKind kind,
                  std::int64_t now_ms) {
  MessageHead head = std::move(message.record.head);
  head.visible_at_ms = now_ms;
  if (kind == MoveKind::kDeadLetter) {
    head.receive_count = message.receipt.receive_count;
    head.first_receive_ms = message.receipt.first_receive_ms;
    head.dead_letter_source_arn = from.arn;
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
    // sqs-dead-letter-queues.html: standard queues keep the enqueue time, FIFO queues reset it.
    if (to.fifo) head.sent_ms = now_ms;
  } else {
    head.message_id = ids::uuid();
    head.sent_ms = now_ms;
    head.receive_count = 0;
    head.first_receive_ms = 0;
    head.dead_letter_source_arn.clear();
  }
  from.mailbox.erase(txn, message.sequence);
  const std::uint64_t sequence = to.mailbox.next_sequence(txn);
  to.mailbox.put(txn, sequence, std::move(head), encode_content(message.record.content), now_ms);
}

namespace {

using SystemAttribute = std::pair<std::string, std::string>;

std::vector<SystemAttribute> system_attributes(const Queue& queue, const StoredMessage& message) {
  const MessageHead& head = message.record.head;
  std::vector<SystemAttribute> all = {
      {"SenderId", head.sender_id},
      {"SentTimestamp", std::to_string(head.sent_ms)},
      {"ApproximateReceiveCount", std::to_string(message.receipt.receive_count)},
      {"ApproximateFirstReceiveTimestamp", std::to_string(message.receipt.first_receive_ms)},
  };
  if (queue.fifo) all.emplace_back("SequenceNumber", sequence_text(message.sequence));
  for (const auto& [name, value] :
       {std::pair{"MessageDeduplicationId", &head.deduplication_id},
        std::pair{"MessageGroupId", &head.group_id},
        std::pair{"AWSTraceHeader", &head.trace_header},
        std::pair{"DeadLetterQueueSourceArn", &head.dead_letter_source_arn}}) {
    if (!value->empty()) all.emplace_back(name, *value);
  }
  return all;
}

bool wants(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](const std::string& wanted) {
    return wanted == "All" || wanted == name;
  });
}

api::MessageAttributeValue to_api_attribute(const MessageAttribute& attribute) {
  api::MessageAttributeValue value;
  value.DataType = attribute.data_type;
  (attribute.is_binary() ? value.BinaryValue : value.StringValue) = attribute.value;
  return value;
}

}  // namespace

api::Message to_api_message(const Queue& queue, const StoredMessage& message,
                            const AttributeSelection& selection) {
  api::Message shown;
  const MessageHead& head = message.record.head;
  shown.MessageId = head.message_id;
  shown.ReceiptHandle =
      format_receipt_handle({queue.id, message.sequence, message.receipt.receive_count});
  shown.MD5OfBody = head.md5_of_body;
  shown.Body = message.record.content.body;
  if (!selection.system.empty()) {
    for (auto& attribute : system_attributes(queue, message)) {
      if (!wants(selection.system, attribute.first)) continue;
      if (!shown.Attributes) shown.Attributes.emplace();
      shown.Attributes->push_back(std::move(attribute));
    }
  }
  if (selection.message.empty() || message.record.content.attributes.empty()) return shown;
  std::vector<MessageAttribute> selected;
  for (const MessageAttribute& attribute : message.record.content.attributes) {
    if (selects_attribute(selection.message, attribute.name)) selected.push_back(attribute);
  }
  if (selected.empty()) return shown;
  shown.MessageAttributes.emplace();
  for (const MessageAttribute& attribute : selected) {
    shown.MessageAttributes->emplace_back(attribute.name, to_api_attribute(attribute));
  }
  // The digest covers what is shown: SDKs compute it over the attributes that they receive.
  const bool is_all = selected.size() == message.record.content.attributes.size();
  shown.MD5OfMessageAttributes =
      is_all ? head.md5_of_attributes : md5_of_attributes(std::move(selected));
  return shown;
}

}  // namespace cumulite::sqs
