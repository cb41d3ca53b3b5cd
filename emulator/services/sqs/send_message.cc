#include <utility>

#include "emulator/services/sqs/batch.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/outgoing.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_attributes.h"

namespace cumulite::sqs {
namespace {

// Either answer has these members.
template <class Answer>
void fill_sent(Answer& answer, const Queue& queue, const Outgoing& message, const Sent& sent) {
  answer.MessageId = sent.message_id;
  answer.MD5OfMessageBody = message.head.md5_of_body;
  answer.MD5OfMessageAttributes = unless_empty(message.head.md5_of_attributes);
  answer.MD5OfMessageSystemAttributes = unless_empty(message.md5_of_system_attributes);
  if (queue.fifo) answer.SequenceNumber = sequence_text(sent.sequence);
}

// A traced caller's header stands in for the system attribute.
void take_trace(const Context& ctx, Outgoing& message) {
  if (message.head.trace_header.empty()) {
    message.head.trace_header = ctx.request.header("X-Amzn-Trace-Id");
  }
}

// Checks that refuse the whole batch.
Result<void> check_entries(const QueueConfig& config,
                           const std::vector<api::SendMessageBatchRequestEntry>& entries) {
  std::size_t bytes = 0;
  for (const auto& entry : entries) {
    const SendFields fields = send_fields(entry);
    if (auto checked = check_fifo_ids(config, fields); !checked.ok()) {
      // In a batch even a missing group id is an InvalidParameterValue (golden
      // test_send_batch_missing_message_group_id_for_fifo_queue).
      return errors::invalid_parameter(checked.error().message);
    }
    bytes += message_bytes(fields);
  }
  if (bytes > static_cast<std::size_t>(kMessageBytesMax)) {
    return errors::batch_too_long(static_cast<std::int64_t>(bytes));
  }
  return {};
}

// A batch words the limit differently (AWS's answer to an entry over MaximumMessageSize).
Error entry_error(Error error, const QueueConfig& config) {
  if (error.message == errors::message_too_long(config.message_bytes_max).message) {
    const auto reason = error.message.find(" Reason:");
    error.message = "One or more parameters cannot be validated." + error.message.substr(reason);
  }
  return error;
}

}  // namespace

Result<api::SendMessageResult> send_message(Context& ctx, const api::SendMessageRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "SendMessage");
  if (!queue.ok()) return std::move(queue).error();
  auto message = prepare(*(*queue)->config(), send_fields(req), ctx.caller.account_id);
  if (!message.ok()) return std::move(message).error();
  take_trace(ctx, *message);
  auto sent = with_mailbox(ctx.env.store, **queue, ctx.now_ms,
                           [&](storage::Txn& txn, const QueueConfig& config) -> Result<Sent> {
                             return send(txn, **queue, config, *message, ctx.now_ms);
                           });
  if (!sent.ok()) return std::move(sent).error();
  api::SendMessageResult answer;
  fill_sent(answer, **queue, *message, *sent);
  return answer;
}

Result<api::SendMessageBatchResult> send_message_batch(Context& ctx,
                                                       const api::SendMessageBatchRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "SendMessageBatch");
  if (!queue.ok()) return std::move(queue).error();
  const auto config_now = (*queue)->config();
  CUMULITE_TRY(check_batch(req.Entries));
  CUMULITE_TRY(check_entries(*config_now, *req.Entries));

  api::SendMessageBatchResult answer;
  std::vector<api::BatchResultErrorEntry> failed;
  std::vector<std::pair<const std::string*, Outgoing>> messages;
  for (const auto& entry : *req.Entries) {
    auto message = prepare(*config_now, send_fields(entry), ctx.caller.account_id);
    if (message.ok()) {
      take_trace(ctx, *message);
      messages.emplace_back(&*entry.Id, std::move(*message));
    } else {
      failed.push_back(
          failed_entry(*entry.Id, entry_error(std::move(message).error(), *config_now)));
    }
  }
  using Successful = std::vector<api::SendMessageBatchResultEntry>;
  auto successful =
      with_mailbox(ctx.env.store, **queue, ctx.now_ms,
                   [&](storage::Txn& txn, const QueueConfig& config) -> Result<Successful> {
                     Successful entries;
                     for (const auto& [id, message] : messages) {
                       const Sent sent = send(txn, **queue, config, message, ctx.now_ms);
                       auto& entry = entries.emplace_back();
                       entry.Id = *id;
                       fill_sent(entry, **queue, message, sent);
                     }
                     return entries;
                   });
  if (!successful.ok()) return std::move(successful).error();
  // AWS leaves out empty lists.
  if (!successful->empty()) answer.Successful = std::move(*successful);
  if (!failed.empty()) answer.Failed = std::move(failed);
  return answer;
}

}  // namespace cumulite::sqs
