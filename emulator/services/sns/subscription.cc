#include "emulator/services/sns/subscription.h"

#include <algorithm>

#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/keys.h"
#include "emulator/services/sns/redrive_policy.h"
#include "emulator/services/sns/replay.h"

namespace cumulite::sns {

std::string Subscription::arn() const {
  return topic_arn + ":" + id;
}

bool Subscription::is_replaying() const {
  return replay_status == kReplayPending || replay_status == kReplayRunning;
}

std::string_view Subscription::attribute(std::string_view name) const {
  const std::string* value = model::find(attributes, name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

void Subscription::derive() {
  if (const auto topic = parse_arn(topic_arn, ""); topic.ok()) {
    topic_key = keys::topic(topic->account, topic->region, topic->resource);
  }
  raw = attribute("RawMessageDelivery") == "true";
  filters_body = attribute("FilterPolicyScope") == "MessageBody";
  filter = nullptr;
  if (const auto text = attribute("FilterPolicy"); !text.empty()) {
    auto parsed =
        FilterPolicy::parse(text, filters_body ? FilterScope::kBody : FilterScope::kAttributes);
    if (parsed.ok()) filter = std::move(*parsed);
  }
  dead_letter_arn = dead_letter_target(attribute("RedrivePolicy"));
  replay_ends_ms = read_replay_policy(attribute("ReplayPolicy")).ends_ms;
  delivery_policy = nullptr;
  if (const auto text = attribute("DeliveryPolicy"); !text.empty()) {
    auto parsed = parse_subscription_delivery_policy(text);
    if (parsed.ok()) delivery_policy = std::make_shared<const DeliveryPolicy>(std::move(*parsed));
  }
}

void set_attribute(Attributes& attributes, std::string_view name, std::string_view value) {
  if (value.empty()) {
    std::erase_if(attributes, [&](const auto& attribute) { return attribute.first == name; });
    return;
  }
  const auto same = std::find_if(attributes.begin(), attributes.end(),
                                 [&](const auto& attribute) { return attribute.first == name; });
  if (same == attributes.end()) {
    attributes.emplace_back(name, value);
  } else {
    same->second = value;
  }
}

}  // namespace cumulite::sns
