#include "emulator/services/sqs/delivery.h"

#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/events/captured.h"
#include "emulator/events/delivery_report.h"
#include "emulator/services/sqs/policy.h"
#include "emulator/services/sqs/queue_access.h"
#include "protocol/codec/json_document.h"

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

/// Delivers an event; on success it is in the queue and its row is gone, with what `also` wrote.
Result<void> deliver_event(SqsService& service, const Event& event, const std::string& queue_arn,
                           const SqsDelivery& delivery, const AlsoSent& also) {
  const QueuePointer queue = service.queues().find_arn(queue_arn);
  if (queue == nullptr) return errors::queue_does_not_exist();
  Environment& env = service.env();
  if (env.settings.auth == AuthMode::kEnforce && !delivery.from.service.empty() &&
      !may_deliver(delivery.from, event.account, *queue->config())) {
    return errors::access_denied("SendMessage", queue_arn);
  }
  return deliver(env, *queue, delivery, [&](storage::Txn& txn, const Sent& sent) {
    env.outbox.remove(txn, event);
    also(txn, sent);
  });
}

DeliveryReport success_report(const Sent& sent) {
  return {.delivered = true,
          .status = 200,
          .answer = fmt::format(R"({{"sqsRequestId":"{}","sqsMessageId":"{}"}})", ids::uuid(),
                                sent.message_id)};
}

/// As recorded of SNS: the request of a refusal is not known any more.
DeliveryReport failure_report(const Error& error) {
  const int refused = error.code == "AccessDenied" ? 403 : 400;
  return {.status = error.http_status != 0 ? error.http_status : refused,
          .answer = nlohmann::ordered_json{{"ErrorCode", error.code},
                                           {"ErrorMessage", error.message},
                                           {"sqsRequestId", "Unrecoverable"}}
                        .dump()};
}

/// The queue refused: what remains is the dead-letter queue.
Delivery redrive(SqsService& service, const Event& event, const SqsDelivery& delivery,
                 const Error& error) {
  using Outcome = DeliveryCounts::Outcome;
  Environment& env = service.env();
  const std::int64_t now_ms = env.clock.now_ms(event.account);
  const auto note = [&](storage::Txn& txn, Outcome outcome, std::int64_t count = 1) {
    env.captured.deliveries().note(txn, delivery.from.arn, "sqs", outcome, count);
  };
  const auto tell = [&](storage::Txn& txn) {
    if (delivery.is_dead_letter) {
      note(txn, Outcome::kRedriveFailed);
    } else {
      // The topic counted it as delivered.
      note(txn, Outcome::kDelivered, -1);
      note(txn, Outcome::kFailed);
    }
    DeliveryReport failure = failure_report(error);
    failure.ended_ms = now_ms;
    report(txn, env.outbox, event, delivery.report, std::move(failure));
  };
  const bool has_target = !delivery.dead_letter_arn.empty();
  const auto redriven = [&](storage::Txn& txn, const Sent&) {
    tell(txn);
    note(txn, Outcome::kRedriven);
  };
  if (has_target &&
      deliver_event(service, event, delivery.dead_letter_arn, delivery, redriven).ok()) {
    return {Delivery::Outcome::kRemoved};
  }
  log::warning("sqs: a message for {} was not delivered: {}", event.target, error.message);
  env.store.transact({}, [&](storage::Txn& txn) {
    tell(txn);
    if (has_target) note(txn, Outcome::kRedriveFailed);
    env.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

Delivery run_event(SqsService& service, const Event& event) {
  const auto delivery = decode_sqs_delivery(event.payload);
  if (!delivery.ok()) {
    log::warning("sqs: an event for {} is damaged and was dropped", event.target);
    return {Delivery::Outcome::kFinished};
  }
  Environment& env = service.env();
  const auto also = [&](storage::Txn& txn, const Sent& sent) {
    if (!delivery->report.of_success) return;
    DeliveryReport success = success_report(sent);
    success.ended_ms = env.clock.now_ms(event.account);
    report(txn, env.outbox, event, delivery->report, std::move(success));
  };
  const auto delivered = deliver_event(service, event, event.target, *delivery, also);
  if (delivered.ok()) return {Delivery::Outcome::kRemoved};
  return redrive(service, event, *delivery, delivered.error());
}

}  // namespace

void register_delivery(SqsService& service) {
  service.env().outbox.register_target(
      "sqs", 0, [&service](const Event& event) { return run_event(service, event); });
}

Result<void> deliver(Environment& env, Queue& queue, const SqsDelivery& delivery,
                     const AlsoSent& also) {
  const api::SendMessageRequest req = to_request(queue, delivery);
  auto message = prepare(*queue.config(), send_fields(req), delivery.sender_id);
  if (!message.ok()) return std::move(message).error();
  const std::int64_t now_ms = env.clock.now_ms(queue.account);
  return with_mailbox(env.store, queue, now_ms,
                      [&](storage::Txn& txn, const QueueConfig& config) -> Result<void> {
                        const Sent sent = send(txn, queue, config, *message, now_ms);
                        also(txn, sent);
                        return {};
                      });
}

}  // namespace cumulite::sqs
