#include "emulator/services/sns/publishing.h"

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sns/delivery.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/fifo.h"

namespace cumulite::sns {
namespace {

Result<Published> publish_standard(SnsService& service, Topic& topic, const Message& message,
                                   const std::function<void(storage::Txn&)>& also) {
  Environment& env = service.env();
  const auto state = topic.state();
  const Consequences consequences = fan_out(service, topic, *state, message);
  return env.store.transact({topic.shared_domain()}, [&](storage::Txn& txn) -> Result<Published> {
    if (topic.is_deleted()) return errors::topic_not_found();
    write(env, txn, consequences);
    if (also) also(txn);
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
  message.topic_arn = topic.arn;
  CUMULITE_TRY(check_fifo(topic.state()->config, !message.group_id.empty(),
                          !message.deduplication_id.empty()));
  if (topic.fifo) return publish_fifo(service, topic, std::move(message), also);
  return publish_standard(service, topic, message, also);
}

}  // namespace cumulite::sns
