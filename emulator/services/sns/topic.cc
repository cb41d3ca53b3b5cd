#include "emulator/services/sns/topic.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/archive.h"
#include "emulator/services/sns/data_policy.h"
#include "emulator/services/sns/keys.h"
#include "emulator/services/sns/status_log.h"
#include "protocol/time_units.h"

namespace cumulite::sns {
std::string TopicConfig::arn() const {
  return fmt::format("arn:aws:sns:{}:{}:{}", region, account, name);
}

std::string_view TopicConfig::attribute(std::string_view wanted) const {
  const std::string* value = model::find(attributes, wanted);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

void TopicConfig::derive() {
  data_policy = nullptr;
  if (!data_protection_policy.empty()) {
    if (auto parsed = DataPolicy::parse(data_protection_policy); parsed.ok()) {
      data_policy = std::move(*parsed);
    }
  }
  archive_days = 0;
  if (const auto policy = attribute("ArchivePolicy"); !policy.empty()) {
    if (const auto days = read_retention_days(policy); days.ok()) archive_days = *days;
  }
  feedback = read_feedback(attributes);
}

std::int64_t TopicConfig::archive_begins_ms(std::int64_t now_ms) const {
  return std::max(archived_since_ms, now_ms - archive_days * kDayMs);
}

Topic::Topic(TopicConfig config)
    : account(config.account),
      region(config.region),
      name(config.name),
      arn(config.arn()),
      fifo(config.fifo),
      key(keys::topic(config.account, config.region, config.name)),
      state_(std::make_shared<const TopicState>(TopicState{std::move(config), {}})) {
  set_config(state()->config);
}

void Topic::set_config(TopicConfig config) {
  TopicState next = *state();
  next.config = std::move(config);
  next.config.derive();
  state_.store(std::make_shared<const TopicState>(std::move(next)));
}

void Topic::put(SubscriptionPointer subscription) {
  TopicState next = *state();
  const auto same =
      std::find_if(next.subscriptions.begin(), next.subscriptions.end(),
                   [&](const SubscriptionPointer& other) { return other->id == subscription->id; });
  if (same == next.subscriptions.end()) {
    next.subscriptions.push_back(std::move(subscription));
  } else {
    *same = std::move(subscription);
  }
  state_.store(std::make_shared<const TopicState>(std::move(next)));
}

void Topic::remove(std::string_view subscription_arn) {
  TopicState next = *state();
  std::erase_if(next.subscriptions,
                [&](const SubscriptionPointer& other) { return other->arn() == subscription_arn; });
  state_.store(std::make_shared<const TopicState>(std::move(next)));
}

storage::Domain Topic::exclusive_domain() const {
  return storage::Domain::exclusive_on(spaces::kSns, key);
}

storage::Domain Topic::shared_domain() const {
  return storage::Domain::shared_on(spaces::kSns, key);
}

}  // namespace cumulite::sns
