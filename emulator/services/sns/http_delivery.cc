#include "emulator/services/sns/http_delivery.h"

#include <map>
#include <memory>
#include <mutex>

#include "emulator/core/log.h"
#include "emulator/events/captured.h"
#include "emulator/events/delivery_report.h"
#include "emulator/events/hold.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sns/fan_out.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/client.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

/// Deliveries that may wait for endpoints at a time.
constexpr unsigned kConcurrency = 8;
constexpr std::int64_t kTimeoutMs = 15'000;

HttpDelivery decode_delivery(std::string_view payload) {
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
  delivery.report = decode_report_wish(row.value("report", ""));
  delivery.has_turn = row.value("has_turn", false);
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
  if (delivery.message_type != "SubscriptionConfirmation") {
    request.headers.emplace_back("x-amz-sns-subscription-arn", delivery.subscription_arn);
  }
  if (delivery.raw) request.headers.emplace_back("x-amz-sns-rawdelivery", "true");
  request.headers.emplace_back("Content-Type", content_type);
  request.headers.emplace_back("User-Agent", "Amazon Simple Notification Service Agent");
  request.headers.emplace_back("Accept-Encoding", "gzip,deflate");
  return request;
}

std::string_view protocol_of(const Event& event) {
  return event.target.starts_with("https:") ? "https" : "http";
}

/// When an endpoint with a throttle may have its next message. Thread-safe; forgotten at a restart,
/// which is a pause too.
class Throttle {
 public:
  /// Takes the next place of the subscription, `per_second` in each second; its time is `now_ms` or
  /// later.
  std::int64_t take(const std::string& subscription_arn, int per_second, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    double& next_ms = next_ms_[subscription_arn];
    // A clock that was set back must not stop deliveries.
    const auto now = static_cast<double>(now_ms);
    if (next_ms < now || next_ms > now + kAheadMsMax) next_ms = now;
    const double taken = next_ms;
    next_ms += 1000.0 / per_second;
    return static_cast<std::int64_t>(taken);
  }

 private:
  static constexpr double kAheadMsMax = 24.0 * 3600 * 1000;

  std::mutex mutex_;
  std::map<std::string, double> next_ms_;
};

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

DeliveryReport outcome_of(SnsService& service, const Event& event,
                          const Result<http::ClientResponse>& response) {
  DeliveryReport outcome;
  outcome.attempts = event.attempt + 1;
  outcome.ended_ms = service.env().clock.now_ms(event.account);
  if (response.ok()) {
    outcome.status = response->status;
    outcome.answer = response->body;
  } else {
    outcome.answer = response.error().code == "Timeout" ? "SocketTimeoutException in HttpClient"
                                                        : "HttpHostConnectException in HttpClient";
  }
  return outcome;
}

Delivery delivered(SnsService& service, const Event& event, const HttpDelivery& delivery,
                   DeliveryReport outcome) {
  Environment& env = service.env();
  outcome.delivered = true;
  env.store.transact({}, [&](storage::Txn& txn) {
    env.captured.deliveries().note(txn, delivery.topic_arn, protocol_of(event),
                                   DeliveryCounts::Outcome::kDelivered);
    report(txn, env.outbox, event, delivery.report, outcome);
    env.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

/// The message goes to the dead-letter queue in the transaction that removes its event.
Delivery give_up(SnsService& service, const Event& event, const HttpDelivery& delivery,
                 const DeliveryReport& outcome) {
  using Counted = DeliveryCounts::Outcome;
  Environment& env = service.env();
  const auto subscription = service.directory().find_subscription(delivery.subscription_arn);
  const bool has_target = subscription != nullptr && !subscription->dead_letter_arn.empty() &&
                          delivery.message_type == "Notification";
  Event dead = event;
  if (has_target) {
    SqsDelivery letter;
    letter.body = delivery.body;
    letter.group_id = delivery.group_id;
    letter.deduplication_id = delivery.deduplication_id;
    letter.from = {std::string(kServiceName), delivery.topic_arn};
    letter.is_dead_letter = true;
    dead.kind = "sqs";
    dead.target = subscription->dead_letter_arn;
    dead.payload = cumulite::encode(letter);
  } else {
    log::warning("sns: {} was not delivered to {} and is given up", delivery.message_id,
                 delivery.subscription_arn);
  }
  env.store.transact({}, [&](storage::Txn& txn) {
    const DeliveryCounts& counts = env.captured.deliveries();
    counts.note(txn, delivery.topic_arn, protocol_of(event), Counted::kFailed);
    if (has_target) {
      env.outbox.append(txn, dead);
      counts.note(txn, delivery.topic_arn, protocol_of(event), Counted::kRedriven);
    }
    report(txn, env.outbox, event, delivery.report, outcome);
    env.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

void put_off(Environment& env, const Event& event, std::int64_t until_ms) {
  env.store.transact({},
                     [&](storage::Txn& txn) { hold(txn, env.due, env.outbox, event, until_ms); });
}

/// Whether the event has to wait for its turn; then it is put off.
bool is_held(SnsService& service, const Event& event, HttpDelivery& delivery,
             const DeliveryPolicy& policy, Throttle& throttle) {
  if (policy.receives_per_second_max == 0 || delivery.has_turn) return false;
  Environment& env = service.env();
  const std::int64_t now_ms = env.clock.now_ms(event.account);
  const std::int64_t turn_ms =
      throttle.take(delivery.subscription_arn, policy.receives_per_second_max, now_ms);
  if (turn_ms <= now_ms) return false;
  Event held = event;
  delivery.has_turn = true;
  held.payload = encode(delivery);
  put_off(env, held, turn_ms);
  return true;
}

Delivery deliver(SnsService& service, const Event& event, Throttle& throttle) {
  HttpDelivery delivery = decode_delivery(event.payload);
  const auto subscription = service.directory().find_subscription(delivery.subscription_arn);
  const bool is_notification = delivery.message_type == "Notification";
  // What was unsubscribed meanwhile gets nothing more, but the word of its end.
  if (is_notification && (subscription == nullptr || !subscription->is_active())) {
    return {Delivery::Outcome::kFinished};
  }
  const DeliveryPolicy policy = policy_of(service, delivery);
  if (is_notification && is_held(service, event, delivery, policy, throttle)) {
    return {Delivery::Outcome::kRemoved};
  }
  const auto response = http::call(request_for(event, delivery, policy.content_type));
  const Answer answer = judge(response);
  if (answer == Answer::kDelivered) {
    if (!is_notification) return {Delivery::Outcome::kFinished};
    return delivered(service, event, delivery, outcome_of(service, event, response));
  }
  const auto delay_ms = policy.retry.delay_ms(static_cast<int>(event.attempt) + 1);
  if (answer == Answer::kRefused || !delay_ms) {
    return give_up(service, event, delivery, outcome_of(service, event, response));
  }
  const std::int64_t retry_at_ms = service.env().clock.now_ms(event.account) + *delay_ms;
  if (!delivery.has_turn) return {Delivery::Outcome::kRetry, retry_at_ms};
  // The next try waits for a turn of its own.
  Event later = event;
  ++later.attempt;
  delivery.has_turn = false;
  later.payload = encode(delivery);
  put_off(service.env(), later, retry_at_ms);
  return {Delivery::Outcome::kRemoved};
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
                    {"report", cumulite::encode(delivery.report)},
                    {"has_turn", delivery.has_turn}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

void register_http_delivery(SnsService& service) {
  const auto throttle = std::make_shared<Throttle>();
  service.env().outbox.register_target(
      std::string(kHttpKind), kConcurrency,
      [&service, throttle](const Event& event) { return deliver(service, event, *throttle); });
}

}  // namespace cumulite::sns
