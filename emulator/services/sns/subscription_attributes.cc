#include "emulator/services/sns/subscription_attributes.h"

#include <fmt/format.h>

#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/redrive_policy.h"
#include "emulator/services/sns/replay.h"
#include "protocol/codec/text.h"

namespace cumulite::sns {
namespace {

Result<void> check_value(std::string_view name, const std::string& value,
                         const Subscription& subscription) {
  if (name == "FilterPolicyScope") {
    if (value == "MessageBody" || value == "MessageAttributes") return {};
    return errors::invalid(
        fmt::format("FilterPolicyScope: Invalid value [{}]. Please use either "
                    "MessageBody or MessageAttributes",
                    value));
  }
  if (name == "RawMessageDelivery") {
    const std::string wanted = codec::lower(value);
    if (wanted == "true" || wanted == "false") return {};
    return errors::invalid(
        fmt::format("RawMessageDelivery: Invalid value [{}]. Must be true or false.", value));
  }
  if (name == "RedrivePolicy") {
    if (value.empty()) return {};
    return check_redrive_policy(value, subscription.topic_arn, subscription.endpoint);
  }
  if (name == "DeliveryPolicy") {
    if (value.empty()) return {};
    auto parsed = parse_subscription_delivery_policy(value);
    if (!parsed.ok()) return std::move(parsed).error();
    return {};
  }
  if (name == "SubscriptionRoleArn") {
    if (value.empty() || value.starts_with("arn:")) return {};
    return errors::invalid("SubscriptionRoleArn: not an ARN");
  }
  if (name == "ReplayPolicy") {
    if (value.empty() || value == "{}") return {};
    return check_replay_policy(value, subscription);
  }
  // FilterPolicy is checked when its scope is known.
  if (name == "FilterPolicy") return {};
  return errors::invalid("AttributeName");
}

}  // namespace

Result<void> apply_subscription_attribute(std::string_view name, const std::string& value,
                                          Subscription& subscription) {
  CUMULITE_TRY(check_value(name, value, subscription));
  const bool clears = value == "{}" && (name == "FilterPolicy" || name == "ReplayPolicy");
  const bool is_flag = name == "RawMessageDelivery";
  set_attribute(subscription.attributes, name,
                clears    ? std::string()
                : is_flag ? codec::lower(value)
                          : value);
  return {};
}

Result<void> check_subscription_attributes(const Subscription& subscription) {
  const auto policy = subscription.attribute("FilterPolicy");
  if (policy.empty()) return {};
  const auto scope = subscription.attribute("FilterPolicyScope") == "MessageBody"
                         ? FilterScope::kBody
                         : FilterScope::kAttributes;
  auto parsed = FilterPolicy::parse(policy, scope);
  if (!parsed.ok()) return std::move(parsed).error();
  return {};
}

Attributes shown_subscription_attributes(const Subscription& subscription, const Topic* topic) {
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  Attributes shown = {
      {"SubscriptionPrincipal", subscription.principal},
      {"Owner", subscription.owner},
      {"RawMessageDelivery", flag(subscription.raw)},
      {"TopicArn", subscription.topic_arn},
      {"Endpoint", subscription.endpoint},
      {"Protocol", subscription.protocol},
      {"PendingConfirmation", flag(subscription.state == SubscriptionState::kPending)},
      {"ConfirmationWasAuthenticated", flag(subscription.confirmation_was_authenticated)},
      {"SubscriptionArn", subscription.arn()},
  };
  const bool has_filter = !subscription.attribute("FilterPolicy").empty();
  for (const auto& [name, value] : subscription.attributes) {
    // The scope is not shown while there is nothing that it is the scope of.
    if (name == "RawMessageDelivery" || (name == "FilterPolicyScope" && !has_filter)) continue;
    shown.emplace_back(name, value);
  }
  if (has_filter && subscription.attribute("FilterPolicyScope").empty()) {
    shown.emplace_back("FilterPolicyScope", "MessageAttributes");
  }
  if (!subscription.replay_status.empty()) {
    shown.emplace_back("ReplayStatus", subscription.replay_status);
  }
  if (subscription.protocol == "http" || subscription.protocol == "https") {
    std::optional<DeliveryPolicy> of_topic;
    if (topic != nullptr) {
      const auto state = topic->state();
      auto parsed = parse_topic_delivery_policy(state->config.attribute("DeliveryPolicy"));
      if (parsed.ok()) of_topic = std::move(*parsed);
    }
    const auto policy =
        effective_policy(of_topic ? &*of_topic : nullptr, subscription.delivery_policy.get());
    shown.emplace_back("EffectiveDeliveryPolicy", policy.subscription_json());
  }
  return shown;
}

}  // namespace cumulite::sns
