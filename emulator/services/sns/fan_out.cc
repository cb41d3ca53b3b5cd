#include "emulator/services/sns/fan_out.h"

#include <algorithm>
#include <utility>

#include "emulator/services/sns/confirmation.h"
#include "emulator/services/sns/data_policy.h"
#include "emulator/services/sns/http_delivery.h"
#include "emulator/services/sns/platform.h"
#include "emulator/services/sns/sms.h"
#include "emulator/services/sns/status_log.h"

namespace cumulite::sns {
namespace {

using Outcome = DeliveryCounts::Outcome;

/// SenderId of what SNS sends.
constexpr std::string_view kSenderId = "AIDAISMY7JYY5F7RTT6AO";

bool passes_filter(const Subscription& subscription, const Message& message) {
  if (subscription.filter == nullptr) return true;
  if (subscription.filters_body) {
    return subscription.filter->matches_body(message.text_for(subscription.protocol));
  }
  return subscription.filter->matches_attributes(message.attributes);
}

/// What a replay delivered, or will, and what lies beyond its end, is not delivered as new.
bool is_left_to_replay(const Subscription& subscription, const Message& message) {
  if (message.replayed) return false;
  if (subscription.is_replaying()) return true;
  if (!message.sequence_number.empty() &&
      message.sequence_number <= subscription.replayed_through) {
    return true;
  }
  return subscription.replay_ends_ms && message.time_ms > *subscription.replay_ends_ms;
}

}  // namespace

MessageSigner signer_for(SnsService& service, const TopicConfig& config) {
  const auto version = config.attribute("SignatureVersion");
  return MessageSigner(service.signer(), service.env().settings.endpoint_url,
                       config.fifo       ? std::string()
                       : version.empty() ? "1"
                                         : std::string(version));
}

FanOut::FanOut(SnsService& service, const Topic& topic, const TopicState& state)
    : service_(service), topic_(topic), state_(state), signer_(signer_for(service, state.config)) {}

void FanOut::add_all(const Message& message) {
  for (const SubscriptionPointer& subscription : state_.subscriptions) add(*subscription, message);
}

void FanOut::add(const Subscription& subscription, const Message& message) {
  const bool receives = subscription.is_active() || is_mail_kept(service_.env(), subscription);
  if (!receives || is_left_to_replay(subscription, message)) return;
  if (!passes_filter(subscription, message)) {
    count(subscription, Outcome::kFilteredOut);
    return;
  }
  const Message* visible = visible_to(subscription, message);
  if (visible == nullptr) {
    count(subscription, Outcome::kFailed);
    return;
  }
  deliver(subscription, *visible);
}

const Message* FanOut::visible_to(const Subscription& subscription, const Message& message) {
  const DataPolicy* policy = state_.config.data_policy.get();
  if (policy == nullptr) return &message;
  const std::string& principal = subscription.principal;
  if (policy->denies(DataDirection::kOutbound, principal, message)) return nullptr;
  const std::pair key(message.id, principal);
  auto known = concealed_.find(key);
  if (known == concealed_.end()) {
    Message changed = message;
    if (!policy->conceal(DataDirection::kOutbound, principal, changed)) return &message;
    known = concealed_.emplace(key, std::move(changed)).first;
  }
  return &known->second;
}

void FanOut::deliver(const Subscription& subscription, const Message& message) {
  const std::string& protocol = subscription.protocol;
  if (protocol == "sqs") {
    add_event("sqs", subscription, to_queue(subscription, message));
    count(subscription, Outcome::kDelivered);
  } else if (protocol == "http" || protocol == "https") {
    add_event(kHttpKind, subscription, to_http(subscription, message));
  } else if (protocol == "lambda") {
    add_event("function", subscription, to_function(subscription, message));
  } else {
    deliver_to_person(subscription, message);
  }
}

void FanOut::add_event(std::string_view kind, const Subscription& subscription,
                       std::string payload) {
  Event event;
  event.account = topic_.account;
  event.region = topic_.region;
  event.kind = kind;
  event.target = subscription.endpoint;
  event.payload = std::move(payload);
  bytes_ += event.payload.size() + event.target.size();
  events_.push_back(std::move(event));
}

std::string FanOut::to_queue(const Subscription& subscription, const Message& message) {
  const std::string& text = message.text_for("sqs");
  SqsDelivery delivery;
  if (subscription.raw) {
    delivery.body = text;
    delivery.attributes = message.attributes;
    if (message.replayed) delivery.attributes.push_back({"Replayed", "String", "true"});
  } else {
    delivery.body = notification(message, text, subscription.arn(), signer_);
  }
  // A standard queue behind a FIFO topic gets neither (golden test_fifo_topic_to_regular_sqs).
  if (!topic_.fifo || subscription.endpoint.ends_with(".fifo")) {
    delivery.group_id = message.group_id;
    delivery.deduplication_id = message.deduplication_id;
  }
  delivery.sender_id = kSenderId;
  delivery.trace_header = message.trace_header;
  delivery.dead_letter_arn = subscription.dead_letter_arn;
  delivery.from = {std::string(kServiceName), topic_.arn};
  delivery.report = wish_for(topic_, state_.config, subscription, message);
  return encode(delivery);
}

std::string FanOut::to_http(const Subscription& subscription, const Message& message) {
  const std::string& text = message.text_for(subscription.protocol);
  HttpDelivery delivery;
  delivery.message_type = "Notification";
  delivery.message_id = message.id;
  delivery.topic_arn = topic_.arn;
  delivery.subscription_arn = subscription.arn();
  delivery.raw = subscription.raw;
  delivery.body =
      subscription.raw ? text : notification(message, text, subscription.arn(), signer_);
  delivery.group_id = message.group_id;
  delivery.deduplication_id = message.deduplication_id;
  delivery.report = wish_for(topic_, state_.config, subscription, message);
  return encode(delivery);
}

std::string FanOut::to_function(const Subscription& subscription, const Message& message) {
  const std::string& text = message.text_for("lambda");
  FunctionDelivery delivery;
  delivery.event_json = function_event(message, text, subscription.arn(), signer_);
  delivery.source = "sns";
  delivery.from = {std::string(kServiceName), topic_.arn};
  delivery.report = wish_for(topic_, state_.config, subscription, message);
  delivery.dead_letter_arn = subscription.dead_letter_arn;
  // The dead-letter queue gets the envelope, not the function's event (golden
  // test_redrive_policy_lambda_subscription).
  if (!subscription.dead_letter_arn.empty()) {
    delivery.dead_letter_body = notification(message, text, subscription.arn(), signer_);
  }
  return encode(delivery);
}

void FanOut::deliver_to_person(const Subscription& subscription, const Message& message) {
  CapturedMessage captured;
  captured.account = topic_.account;
  captured.region = topic_.region;
  captured.recipient = subscription.endpoint;
  captured.subject = message.subject;
  captured.body = message.text_for(subscription.protocol);
  captured.source = topic_.arn;
  captured.sent_ms = message.time_ms;
  captured.id = message.id;
  if (subscription.protocol == "sms") {
    const auto& number = subscription.endpoint;
    if (is_opted_out(service_.env(), topic_.account, topic_.region, number) ||
        is_kept_in_sandbox(service_.env(), topic_.account, topic_.region, number)) {
      count(subscription, Outcome::kFailed);
      return;
    }
    captured.channel = "sms";
    const auto name = state_.config.attribute("DisplayName");
    if (!name.empty()) captured.body = std::string(name) + "> " + captured.body;
  } else if (subscription.protocol == "application") {
    if (!reaches_endpoint(subscription, message)) return;
    captured.channel = "push";
  } else {
    captured.channel = "email";
    if (captured.subject.empty()) captured.subject = "AWS Notification Message";
    if (subscription.protocol == "email-json") {
      captured.body = notification(message, message.text_for(subscription.protocol),
                                   subscription.arn(), signer_);
    }
  }
  bytes_ += captured.body.size();
  captured_.push_back(std::move(captured));
  count(subscription, Outcome::kDelivered);
}

bool FanOut::reaches_endpoint(const Subscription& subscription, const Message& message) {
  const auto address = endpoint_address(subscription.endpoint, "TargetArn");
  const auto endpoint = address.ok() ? load_endpoint(service_.env().store, *address) : std::nullopt;
  const bool is_enabled = endpoint && endpoint->attribute("Enabled") == "true";
  const DeliveryReport outcome = {.delivered = is_enabled,
                                  .status = is_enabled ? 200 : 400,
                                  .answer = is_enabled ? "{}"
                                            : endpoint ? "Endpoint is disabled"
                                                       : "Endpoint does not exist",
                                  .ended_ms = message.time_ms};
  reports_.push_back({wish_for(topic_, state_.config, subscription, message), outcome});
  if (!is_enabled) count(subscription, Outcome::kFailed);
  return is_enabled;
}

void FanOut::count(const Subscription& subscription, Outcome outcome) {
  ++counts_[{subscription.protocol, outcome}];
}

void FanOut::write(storage::Txn& txn) const {
  Environment& env = service_.env();
  for (const Event& event : events_) env.outbox.append(txn, event);
  for (const CapturedMessage& captured : captured_) env.captured.add(txn, captured);
  for (const auto& [what, number] : counts_) {
    env.captured.deliveries().note(txn, topic_.arn, what.first, what.second, number);
  }
  Event of_topic;
  of_topic.account = topic_.account;
  of_topic.region = topic_.region;
  of_topic.target = topic_.arn;
  for (const PendingReport& told : reports_) {
    report(txn, env.outbox, of_topic, told.wish, told.outcome);
  }
}

}  // namespace cumulite::sns
