#include "emulator/services/sns/http_delivery.h"

#include <nlohmann/json.hpp>

#include "emulator/core/log.h"
#include "emulator/events/payloads.h"
#include "protocol/http/client.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

/// Deliveries that may wait for endpoints at a time.
constexpr unsigned kConcurrency = 8;
constexpr std::int64_t kTimeoutMs = 15'000;

HttpDelivery decode(std::string_view payload) {
  const json row = json::parse(payload);
  HttpDelivery delivery;
  delivery.message_type = row.value("message_type", "");
  delivery.message_id = row.value("message_id", "");
  delivery.topic_arn = row.value("topic_arn", "");
  delivery.subscription_arn = row.value("subscription_arn", "");
  delivery.body = row.value("body", "");
  delivery.raw = row.value("raw", false);
  delivery.group_id = row.value("group_id", "");
  delivery.deduplication_id = row.value("deduplication_id", "");
  delivery.earlier_attempts = row.value("earlier_attempts", 0);
  return delivery;
}

/// The policy that applies now, whatever it was when the message was published.
DeliveryPolicy policy_of(SnsService& service, const HttpDelivery& delivery) {
  std::optional<DeliveryPolicy> of_topic;
  if (const auto topic = service.directory().find(delivery.topic_arn)) {
    const auto state = topic->state();
    if (const auto text = state->config.attribute("DeliveryPolicy"); !text.empty()) {
      if (auto parsed = parse_topic_delivery_policy(text); parsed.ok()) of_topic = *parsed;
    }
  }
  const auto subscription = service.directory().find_subscription(delivery.subscription_arn);
  const DeliveryPolicy* own = subscription ? subscription->delivery_policy.get() : nullptr;
  return effective_policy(of_topic ? &*of_topic : nullptr, own);
}

http::ClientRequest request_for(const Event& event, const HttpDelivery& delivery,
                                const std::string& content_type) {
  http::ClientRequest request;
  request.url = event.target;
  request.timeout_ms = kTimeoutMs;
  request.body = delivery.body;
  request.headers = {{"x-amz-sns-message-type", delivery.message_type},
                     {"x-amz-sns-message-id", delivery.message_id},
                     {"x-amz-sns-topic-arn", delivery.topic_arn}};
  if (delivery.message_type == "Notification") {
    request.headers.emplace_back("x-amz-sns-subscription-arn", delivery.subscription_arn);
  }
  if (delivery.raw) request.headers.emplace_back("x-amz-sns-rawdelivery", "true");
  request.headers.emplace_back("Content-Type", content_type);
  request.headers.emplace_back("User-Agent", "Amazon Simple Notification Service Agent");
  request.headers.emplace_back("Accept-Encoding", "gzip,deflate");
  return request;
}

enum class Answer { kDelivered, kTryAgain, kRefused };

/// Success is 2xx; all other answers are final but 429 and 5xx.
Answer judge(const Result<http::ClientResponse>& response) {
  if (!response.ok()) {
    return response.error().code == "InvalidUrl" ? Answer::kRefused : Answer::kTryAgain;
  }
  const int status = response->status;
  if (status >= 200 && status < 300) return Answer::kDelivered;
  return status == 429 || status >= 500 ? Answer::kTryAgain : Answer::kRefused;
}

/// The message goes to the dead-letter queue in the transaction that removes its event.
Delivery give_up(SnsService& service, const Event& event, const HttpDelivery& delivery) {
  const auto subscription = service.directory().find_subscription(delivery.subscription_arn);
  if (subscription == nullptr || subscription->dead_letter_arn.empty() ||
      delivery.message_type != "Notification") {
    log::warning("sns: {} was not delivered to {} and is given up", delivery.message_id,
                 delivery.subscription_arn);
    return {Delivery::Outcome::kFinished};
  }
  SqsDelivery letter;
  letter.body = delivery.body;
  letter.group_id = delivery.group_id;
  letter.deduplication_id = delivery.deduplication_id;
  Event dead = event;
  dead.kind = "sqs";
  dead.target = subscription->dead_letter_arn;
  dead.payload = cumulite::encode(letter);
  Environment& env = service.env();
  env.store.transact({}, [&](storage::Txn& txn) {
    env.outbox.append(txn, dead);
    env.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

Delivery deliver(SnsService& service, const Event& event) {
  const HttpDelivery delivery = decode(event.payload);
  const auto subscription = service.directory().find_subscription(delivery.subscription_arn);
  // What was unsubscribed meanwhile gets nothing more, but the word of its end.
  if (delivery.message_type == "Notification" &&
      (subscription == nullptr || !subscription->is_active())) {
    return {Delivery::Outcome::kFinished};
  }
  const DeliveryPolicy policy = policy_of(service, delivery);
  const auto response = http::call(request_for(event, delivery, policy.content_type));
  const Answer answer = judge(response);
  if (answer == Answer::kDelivered) return {Delivery::Outcome::kFinished};
  const int attempts = static_cast<int>(event.attempt) + 1 + delivery.earlier_attempts;
  const auto delay_ms = policy.retry.delay_ms(attempts);
  if (answer == Answer::kRefused || !delay_ms) return give_up(service, event, delivery);
  return {Delivery::Outcome::kRetry, service.env().clock.now_ms(event.account) + *delay_ms};
}

}  // namespace

std::string encode(const HttpDelivery& delivery) {
  const json row = {{"message_type", delivery.message_type},
                    {"message_id", delivery.message_id},
                    {"topic_arn", delivery.topic_arn},
                    {"subscription_arn", delivery.subscription_arn},
                    {"body", delivery.body},
                    {"raw", delivery.raw},
                    {"group_id", delivery.group_id},
                    {"deduplication_id", delivery.deduplication_id},
                    {"earlier_attempts", delivery.earlier_attempts}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

void register_http_delivery(SnsService& service) {
  service.env().outbox.register_target(
      std::string(kHttpKind), kConcurrency,
      [&service](const Event& event) { return deliver(service, event); });
}

}  // namespace cumulite::sns
