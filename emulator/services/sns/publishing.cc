#include "emulator/services/sns/publishing.h"

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sns/deferred.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/fan_out.h"
#include "emulator/services/sns/fifo.h"
#include "emulator/services/sns/protection.h"

namespace cumulite::sns {
namespace {

Result<Published> publish_standard(SnsService& service, Topic& topic, const Message& message,
                                   const std::function<void(storage::Txn&)>& also) {
  Environment& env = service.env();
  const auto state = topic.state();
  FanOut fan_out(service, topic, *state);
  bool is_deferred = should_defer(topic, *state, message);
  if (!is_deferred) {
    fan_out.add_all(message);
    is_deferred = should_defer(fan_out);
  }
  return env.store.transact({topic.shared_domain()}, [&](storage::Txn& txn) -> Result<Published> {
    if (topic.is_deleted()) return errors::topic_not_found();
    if (is_deferred) {
      defer(service, txn, topic, message);
    } else {
      fan_out.write(txn);
    }
    also(txn);
    return Published{message.id, {}};
  });
}

}  // namespace

Message new_message(std::int64_t now_ms) {
  Message message;
  message.id = ids::uuid();
  message.time_ms = now_ms;
  return message;
}

Result<void> check_fifo(const TopicConfig& config, bool has_group, bool has_deduplication) {
  if (!config.fifo) {
    if (has_deduplication) {
      return errors::invalid_parameter("MessageDeduplicationId",
                                       "The request includes MessageDeduplicationId parameter that "
                                       "is not valid for this topic type");
    }
    return {};
  }
  if (!has_group) {
    return errors::invalid_parameter("The MessageGroupId parameter is required for FIFO topics");
  }
  if (!has_deduplication && config.attribute("ContentBasedDeduplication") != "true") {
    return errors::invalid_parameter(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly");
  }
  return {};
}

Result<Published> publish_to_topic(SnsService& service, Topic& topic, Message message,
                                   const std::function<void(storage::Txn&)>& also) {
  Environment& env = service.env();
  message.topic_arn = topic.arn;
  CUMULITE_TRY(check_fifo(topic.state()->config, !message.group_id.empty(),
                          !message.deduplication_id.empty()));
  CUMULITE_ASSIGN(const auto reports, protect_inbound(topic, message));
  const auto with_reports = [&](storage::Txn& txn) {
    if (also) also(txn);
    for (const CapturedMessage& report : reports) env.captured.add(txn, report);
    env.captured.deliveries().note(txn, topic.arn, {}, DeliveryCounts::Outcome::kPublished);
  };
  return topic.fifo ? publish_fifo(service, topic, std::move(message), with_reports)
                    : publish_standard(service, topic, message, with_reports);
}

}  // namespace cumulite::sns
