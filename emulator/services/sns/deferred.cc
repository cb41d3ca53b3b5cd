#include "emulator/services/sns/deferred.h"

#include <algorithm>
#include <utility>

#include "emulator/events/hold.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

constexpr std::string_view kKind = "sns.fan-out";
/// A publish writes up to this much itself: well below what a transaction may hold.
constexpr std::size_t kDirectBytesMax = 1024 * 1024;
constexpr std::size_t kDirectDeliveriesMax = 250;
/// What an envelope adds to its text.
constexpr std::size_t kEnvelopeBytes = 2048;
/// What one transaction of a deferred fan-out writes. The largest message that JSON makes larger
/// still comes on top, twice.
constexpr std::size_t kStepBytes = 512 * 1024;
constexpr std::size_t kStepDeliveries = 200;

struct Work {
  Message message;
  std::string after;  ///< Id of the last subscription that is done.
};

std::string encode(const Work& work) {
  return json{{"message", encode_message(work.message)}, {"after", work.after}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

Work decode(std::string_view payload) {
  const json row = json::parse(payload);
  return {decode_message(row.at("message").get<std::string>()), row.value("after", "")};
}

/// Those with an id greater than `after` that there were at the time of the message, in order.
SubscriptionList rest_of(const TopicState& state, const Work& work) {
  SubscriptionList rest;
  for (const SubscriptionPointer& subscription : state.subscriptions) {
    if (subscription->id > work.after && subscription->created_ms <= work.message.time_ms) {
      rest.push_back(subscription);
    }
  }
  std::sort(rest.begin(), rest.end(),
            [](const auto& left, const auto& right) { return left->id < right->id; });
  return rest;
}

/// Delivers to some more subscribers; whether all are done.
bool step(SnsService& service, const Event& event, Topic& topic, Work& work) {
  Environment& env = service.env();
  const auto state = topic.state();
  const SubscriptionList rest = rest_of(*state, work);
  FanOut fan_out(service, topic, *state);
  std::size_t done = 0;
  while (done < rest.size() && fan_out.bytes() < kStepBytes && fan_out.size() < kStepDeliveries) {
    fan_out.add(*rest[done++], work.message);
  }
  const bool is_done = done == rest.size();
  if (!is_done) work.after = rest[done - 1]->id;
  // FIFO topics: what is published next goes behind these.
  const storage::Domain domain = topic.fifo ? topic.exclusive_domain() : topic.shared_domain();
  env.store.transact({domain}, [&](storage::Txn& txn) {
    fan_out.write(txn);
    if (!is_done) {
      replace_payload(txn, event, encode(work));
      return;
    }
    env.outbox.remove(txn, event);
    txn.on_commit([&topic] { --topic.deferred; });
  });
  return is_done;
}

Delivery run(SnsService& service, const Event& event) {
  const TopicPointer topic = service.directory().find(event.target);
  Work work = decode(event.payload);
  // A topic made anew under the same name knows nothing of its predecessor's messages.
  if (topic == nullptr || topic->state()->config.created_ms > work.message.time_ms) {
    return {Delivery::Outcome::kFinished};
  }
  while (!step(service, event, *topic, work)) continue;
  return {Delivery::Outcome::kRemoved};
}

}  // namespace

bool should_defer(const Topic& topic, const TopicState& state, const Message& message) {
  const std::size_t count = state.subscriptions.size();
  if (topic.fifo && topic.deferred.load() > 0) return true;
  if (count > kDirectDeliveriesMax) return true;
  std::size_t text = message.text.size();
  for (const auto& [protocol, own] : message.texts) text = std::max(text, own.size());
  return count > 1 && count * (text + kEnvelopeBytes) > kDirectBytesMax;
}

bool should_defer(const FanOut& fan_out) {
  return fan_out.size() > 1 && fan_out.bytes() > kDirectBytesMax;
}

void defer(SnsService& service, storage::Txn& txn, Topic& topic, const Message& message) {
  Event event;
  event.account = topic.account;
  event.region = topic.region;
  event.kind = kKind;
  event.target = topic.arn;
  event.payload = encode({message, {}});
  service.env().outbox.append(txn, event);
  txn.on_commit([&topic] { ++topic.deferred; });
}

void register_deferred(SnsService& service) {
  Outbox& outbox = service.env().outbox;
  outbox.register_target(std::string(kKind), 0,
                         [&service](const Event& event) { return run(service, event); });
  for (const Event& event : outbox.list(kKind, SIZE_MAX)) {
    if (const auto topic = service.directory().find(event.target)) ++topic->deferred;
  }
}

}  // namespace cumulite::sns
