#include "emulator/services/sqs/delivery.h"

#include <utility>

#include "emulator/core/log.h"
#include "emulator/events/captured.h"
#include "emulator/services/sqs/outgoing.h"
#include "emulator/services/sqs/policy.h"
#include "emulator/services/sqs/queue_access.h"

namespace cumulite::sqs {
namespace {

/// A delivery as the members of a SendMessage, so that the same checks apply to it.
api::SendMessageRequest to_request(const Queue& queue, const SqsDelivery& delivery) {
  api::SendMessageRequest req;
  req.MessageBody = delivery.body;
  if (!delivery.attributes.empty()) req.MessageAttributes.emplace();
  for (const DeliveredAttribute& attribute : delivery.attributes) {
    api::MessageAttributeValue value;
    // SNS has a type that SQS does not know; SNS itself hands it on as a String.
    value.DataType = attribute.type == "String.Array" ? "String" : attribute.type;
    (attribute.type.starts_with("Binary") ? value.BinaryValue : value.StringValue) =
        attribute.value;
    req.MessageAttributes->emplace_back(attribute.name, std::move(value));
  }
  if (!delivery.trace_header.empty()) {
    api::MessageSystemAttributeValue header;
    header.DataType = "String";
    header.StringValue = delivery.trace_header;
    req.MessageSystemAttributes.emplace();
    req.MessageSystemAttributes->emplace_back("AWSTraceHeader", std::move(header));
  }
  if (!delivery.group_id.empty()) req.MessageGroupId = delivery.group_id;
  if (queue.fifo && !delivery.deduplication_id.empty()) {
    req.MessageDeduplicationId = delivery.deduplication_id;
  }
  return req;
}

/// Delivers an event; true if it is in the queue and its row is gone.
Result<void> deliver_event(SqsService& service, const Event& event, const std::string& queue_arn,
                           const SqsDelivery& delivery) {
  const QueuePointer queue = service.queues().find_arn(queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  Environment& env = service.env();
  if (env.settings.auth == AuthMode::kEnforce && !delivery.from.service.empty() &&
      !may_deliver(delivery.from, event.account, *queue->config())) {
    return errors::access_denied("SendMessage", queue_arn);
  }
  return deliver(env, *queue, delivery, [&](storage::Txn& txn) { env.outbox.remove(txn, event); });
}

Delivery run_event(SqsService& service, const Event& event) {
  const auto delivery = decode_sqs_delivery(event.payload);
  if (!delivery.ok()) {
    log::warning("sqs: an event for {} is damaged and was dropped", event.target);
    return {Delivery::Outcome::kFinished};
  }
  using Outcome = DeliveryCounts::Outcome;
  const auto count = [&](Outcome outcome) {
    service.env().captured.deliveries().note(delivery->from.arn, "sqs", outcome);
  };
  auto delivered = deliver_event(service, event, event.target, *delivery);
  count(delivered.ok() ? Outcome::kDelivered : Outcome::kFailed);
  if (delivered.ok()) return {Delivery::Outcome::kRemoved};
  if (!delivery->dead_letter_arn.empty()) {
    const bool is_redriven =
        deliver_event(service, event, delivery->dead_letter_arn, *delivery).ok();
    count(is_redriven ? Outcome::kRedriven : Outcome::kRedriveFailed);
    if (is_redriven) return {Delivery::Outcome::kRemoved};
  }
  log::warning("sqs: a message for {} was not delivered: {}", event.target,
               delivered.error().message);
  return {Delivery::Outcome::kFinished};
}

}  // namespace

void register_delivery(SqsService& service) {
  service.env().outbox.register_target(
      "sqs", 0, [&service](const Event& event) { return run_event(service, event); });
}

Result<void> deliver(Environment& env, Queue& queue, const SqsDelivery& delivery,
                     const std::function<void(storage::Txn&)>& also) {
  const api::SendMessageRequest req = to_request(queue, delivery);
  auto message = prepare(*queue.config(), send_fields(req), delivery.sender_id);
  if (!message.ok()) return std::move(message).error();
  const std::int64_t now_ms = env.clock.now_ms(queue.account);
  return with_mailbox(env.store, queue, now_ms,
                      [&](storage::Txn& txn, const QueueConfig& config) -> Result<void> {
                        send(txn, queue, config, *message, now_ms);
                        also(txn);
                        return {};
                      });
}

}  // namespace cumulite::sqs
