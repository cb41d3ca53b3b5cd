#include "emulator/services/sns/delivery.h"

#include "emulator/core/log.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sns/authorization.h"
#include "emulator/services/sns/deferred.h"
#include "emulator/services/sns/expiry.h"
#include "emulator/services/sns/http_delivery.h"
#include "emulator/services/sns/publishing.h"
#include "emulator/services/sns/replay.h"
#include "emulator/services/sns/status_log.h"

namespace cumulite::sns {
namespace {

/// Kind "sns": another service publishes.
Delivery run_publish(SnsService& service, const Event& event) {
  const auto delivery = decode_sns_delivery(event.payload);
  const TopicPointer topic = service.directory().find(event.target);
  if (!delivery.ok() || topic == nullptr) {
    log::warning("sns: a message for {} was not published: there is no such topic", event.target);
    return {Delivery::Outcome::kFinished};
  }
  Environment& env = service.env();
  if (!may_publish(env, delivery->from, event.account, *topic)) {
    log::warning("sns: {} may not publish to {}: its policy does not allow it", delivery->from.arn,
                 topic->arn);
    return {Delivery::Outcome::kFinished};
  }
  Message message = new_message(env.clock.now_ms(topic->account));
  message.subject = delivery->subject;
  message.text = delivery->message;
  message.attributes = delivery->attributes;
  message.group_id = delivery->group_id;
  message.deduplication_id = delivery->deduplication_id;
  message.publisher = delivery->from.service;
  const auto published =
      publish_to_topic(service, *topic, std::move(message),
                       [&](storage::Txn& txn) { env.outbox.remove(txn, event); });
  if (published.ok()) return {Delivery::Outcome::kRemoved};
  log::warning("sns: a message for {} was not published: {}", event.target,
               published.error().message);
  return {Delivery::Outcome::kFinished};
}

}  // namespace

void register_deliveries(SnsService& service) {
  service.env().outbox.register_target(
      "sns", 0, [&service](const Event& event) { return run_publish(service, event); });
  register_http_delivery(service);
  register_expiry(service);
  register_deferred(service);
  register_replay(service);
  register_status_log(service);
}

}  // namespace cumulite::sns
