#include "emulator/services/sns/delivery.h"

#include "emulator/core/log.h"
#include "emulator/services/sns/expiry.h"
#include "emulator/services/sns/http_delivery.h"
#include "emulator/services/sns/publishing.h"

namespace cumulite::sns {
namespace {

/// SenderId of what SNS sends.
constexpr std::string_view kSenderId = "AIDAISMY7JYY5F7RTT6AO";

Event event_for(const Topic& topic, std::string_view kind, const Subscription& subscription,
                std::string payload) {
  Event event;
  event.account = topic.account;
  event.region = topic.region;
  event.kind = kind;
  event.target = subscription.endpoint;
  event.payload = std::move(payload);
  return event;
}

Event to_queue(const Topic& topic, const Subscription& subscription, const Message& message,
               MessageSigner& signer) {
  const std::string& text = message.text_for("sqs");
  SqsDelivery delivery;
  if (subscription.raw) {
    delivery.body = text;
    delivery.attributes = message.attributes;
  } else {
    delivery.body = notification(message, text, subscription.arn(), signer);
  }
  // A standard queue behind a FIFO topic gets neither (golden test_fifo_topic_to_regular_sqs).
  if (!topic.fifo || subscription.endpoint.ends_with(".fifo")) {
    delivery.group_id = message.group_id;
    delivery.deduplication_id = message.deduplication_id;
  }
  delivery.sender_id = kSenderId;
  delivery.trace_header = message.trace_header;
  delivery.dead_letter_arn = subscription.dead_letter_arn;
  return event_for(topic, "sqs", subscription, encode(delivery));
}

Event to_http(const Topic& topic, const Subscription& subscription, const Message& message,
              MessageSigner& signer) {
  const std::string& text = message.text_for(subscription.protocol);
  HttpDelivery delivery;
  delivery.message_type = "Notification";
  delivery.message_id = message.id;
  delivery.topic_arn = topic.arn;
  delivery.subscription_arn = subscription.arn();
  delivery.raw = subscription.raw;
  delivery.body = subscription.raw ? text : notification(message, text, subscription.arn(), signer);
  delivery.group_id = message.group_id;
  delivery.deduplication_id = message.deduplication_id;
  return event_for(topic, kHttpKind, subscription, encode(delivery));
}

Event to_function(const Topic& topic, const Subscription& subscription, const Message& message,
                  MessageSigner& signer) {
  FunctionDelivery delivery;
  delivery.event_json =
      function_event(message, message.text_for("lambda"), subscription.arn(), signer);
  delivery.source = "sns";
  delivery.dead_letter_arn = subscription.dead_letter_arn;
  return event_for(topic, "function", subscription, encode(delivery));
}

CapturedMessage to_person(const Topic& topic, const TopicConfig& config,
                          const Subscription& subscription, const Message& message) {
  CapturedMessage captured;
  captured.account = topic.account;
  captured.region = topic.region;
  captured.recipient = subscription.endpoint;
  captured.subject = message.subject;
  captured.body = message.text_for(subscription.protocol);
  captured.source = topic.arn;
  captured.sent_ms = message.time_ms;
  captured.id = message.id;
  if (subscription.protocol == "sms") {
    captured.channel = "sms";
    const auto name = config.attribute("DisplayName");
    if (!name.empty()) captured.body = std::string(name) + "> " + captured.body;
  } else if (subscription.protocol == "application") {
    captured.channel = "push";
  } else {
    captured.channel = "email";
    if (captured.subject.empty()) captured.subject = "AWS Notification Message";
  }
  return captured;
}

bool passes(const Subscription& subscription, const Message& message) {
  if (subscription.filter == nullptr) return true;
  if (subscription.filters_body) {
    return subscription.filter->matches_body(message.text_for(subscription.protocol));
  }
  return subscription.filter->matches_attributes(message.attributes);
}

/// Kind "sns": another service publishes.
Delivery run_publish(SnsService& service, const Event& event) {
  const auto delivery = decode_sns_delivery(event.payload);
  const TopicPointer topic = service.directory().find(event.target);
  if (!delivery.ok() || topic == nullptr) {
    log::warning("sns: a message for {} was not published: there is no such topic", event.target);
    return {Delivery::Outcome::kFinished};
  }
  Environment& env = service.env();
  Message message = new_message(env.clock.now_ms(topic->account));
  message.subject = delivery->subject;
  message.text = delivery->message;
  message.attributes = delivery->attributes;
  message.group_id = delivery->group_id;
  message.deduplication_id = delivery->deduplication_id;
  const auto published =
      publish_to_topic(service, *topic, std::move(message),
                       [&](storage::Txn& txn) { env.outbox.remove(txn, event); });
  if (published.ok()) return {Delivery::Outcome::kRemoved};
  log::warning("sns: a message for {} was not published: {}", event.target,
               published.error().message);
  return {Delivery::Outcome::kFinished};
}

}  // namespace

MessageSigner signer_for(SnsService& service, const TopicConfig& config) {
  const auto version = config.attribute("SignatureVersion");
  return MessageSigner(service.signer(), service.env().settings.endpoint_url,
                       config.fifo       ? std::string()
                       : version.empty() ? "1"
                                         : std::string(version));
}

void add_delivery(SnsService& service, const Topic& topic, const Subscription& subscription,
                  const Message& message, MessageSigner& signer, Consequences& out) {
  (void)service;
  if (!passes(subscription, message)) return;
  const std::string& protocol = subscription.protocol;
  if (protocol == "sqs") {
    out.events.push_back(to_queue(topic, subscription, message, signer));
  } else if (protocol == "http" || protocol == "https") {
    out.events.push_back(to_http(topic, subscription, message, signer));
  } else if (protocol == "lambda") {
    out.events.push_back(to_function(topic, subscription, message, signer));
  } else {
    CapturedMessage captured = to_person(topic, topic.state()->config, subscription, message);
    if (protocol == "email-json") {
      captured.body = notification(message, captured.body, subscription.arn(), signer);
    }
    out.captured.push_back(std::move(captured));
  }
}

Consequences fan_out(SnsService& service, const Topic& topic, const TopicState& state,
                     const Message& message) {
  Consequences consequences;
  MessageSigner signer = signer_for(service, state.config);
  for (const SubscriptionPointer& subscription : state.subscriptions) {
    if (!subscription->is_active()) continue;
    add_delivery(service, topic, *subscription, message, signer, consequences);
  }
  return consequences;
}

void write(Environment& env, storage::Txn& txn, const Consequences& consequences) {
  for (const Event& event : consequences.events) env.outbox.append(txn, event);
  for (const CapturedMessage& captured : consequences.captured) env.captured.add(txn, captured);
}

void register_deliveries(SnsService& service) {
  service.env().outbox.register_target(
      "sns", 0, [&service](const Event& event) { return run_publish(service, event); });
  register_http_delivery(service);
  register_expiry(service);
}

}  // namespace cumulite::sns
