#include "emulator/services/sns/directory.h"

#include <mutex>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sns {
namespace {

constexpr int kTopicParts = 3;
constexpr std::size_t kPageRows = 1'000;

std::string listing_key(std::string_view account, std::string_view region, std::string_view name) {
  std::string key(account);
  key.push_back('\0');
  key.append(region);
  key.push_back('\0');
  key.append(name);
  return key;
}

}  // namespace

void Directory::load(const storage::Reader& reader) {
  std::string from(keys::kTopics);
  const std::string to = storage::prefix_end(from);
  while (true) {
    const auto page = reader.range(spaces::kSns, from, to, {.limit = kPageRows});
    for (const auto& [key, value] : page.rows) {
      const auto parsed = keys::parse(key, kTopicParts);
      if (!parsed) continue;
      // A topic's definition comes before its subscriptions.
      if (parsed->kind == static_cast<char>(keys::RowKind::kDefinition)) {
        add(std::make_shared<Topic>(decode_topic(value)));
      } else if (parsed->kind == static_cast<char>(keys::RowKind::kSubscription)) {
        put(std::make_shared<const Subscription>(decode_subscription(value)));
      }
    }
    if (!page.more || page.rows.empty()) return;
    from = page.rows.back().key + '\0';
  }
}

void Directory::clear(std::string_view account) {
  const std::unique_lock lock(mutex_);
  const auto is_dropped = [&](std::string_view owner) {
    return account.empty() || owner == account;
  };
  std::erase_if(topics_, [&](const auto& entry) { return is_dropped(entry.second->account); });
  std::erase_if(topics_by_arn_, [&](const auto& entry) {
    if (is_dropped(entry.second->account)) {
      entry.second->mark_deleted();
      return true;
    }
    return false;
  });
  std::erase_if(subscriptions_, [&](const auto& entry) {
    // The rows lie with the topic, whoever owns the subscription.
    return account.empty() || !topics_by_arn_.contains(entry.second->topic_arn);
  });
  std::erase_if(tokens_, [&](const auto& entry) { return !subscriptions_.contains(entry.second); });
}

TopicPointer Directory::find(std::string_view arn) const {
  const std::shared_lock lock(mutex_);
  const auto found = topics_by_arn_.find(std::string(arn));
  return found == topics_by_arn_.end() ? nullptr : found->second;
}

void Directory::add(TopicPointer topic) {
  const std::unique_lock lock(mutex_);
  topics_by_arn_[topic->arn] = topic;
  topics_[listing_key(topic->account, topic->region, topic->name)] = std::move(topic);
}

void Directory::remove(const Topic& topic) {
  const std::unique_lock lock(mutex_);
  const std::string arn = topic.arn;
  topics_.erase(listing_key(topic.account, topic.region, topic.name));
  topics_by_arn_.erase(arn);
}

std::vector<TopicPointer> Directory::list(std::string_view account, std::string_view region,
                                          std::string_view after, std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<TopicPointer> found;
  for (auto at = topics_.upper_bound(listing_key(account, region, after));
       at != topics_.end() && found.size() < limit; ++at) {
    if (at->second->account != account || at->second->region != region) break;
    found.push_back(at->second);
  }
  return found;
}

SubscriptionPointer Directory::find_subscription(std::string_view arn) const {
  const std::shared_lock lock(mutex_);
  const auto found = subscriptions_.find(arn);
  return found == subscriptions_.end() ? nullptr : found->second;
}

SubscriptionPointer Directory::find_token(std::string_view token) const {
  const std::shared_lock lock(mutex_);
  const auto arn = tokens_.find(std::string(token));
  if (arn == tokens_.end()) return nullptr;
  const auto found = subscriptions_.find(arn->second);
  return found == subscriptions_.end() ? nullptr : found->second;
}

void Directory::put(SubscriptionPointer subscription) {
  const std::string arn = subscription->arn();
  TopicPointer topic;
  {
    const std::unique_lock lock(mutex_);
    subscriptions_[arn] = subscription;
    if (!subscription->token.empty()) tokens_[subscription->token] = arn;
    const auto found = topics_by_arn_.find(subscription->topic_arn);
    if (found != topics_by_arn_.end()) topic = found->second;
  }
  const bool belongs = subscription->state == SubscriptionState::kPending ||
                       subscription->state == SubscriptionState::kConfirmed;
  if (topic == nullptr) return;
  if (belongs) {
    topic->put(std::move(subscription));
  } else {
    topic->remove(arn);
  }
}

void Directory::remove_subscription(const Subscription& subscription) {
  const std::string arn = subscription.arn();
  TopicPointer topic;
  {
    const std::unique_lock lock(mutex_);
    tokens_.erase(subscription.token);
    const auto found = topics_by_arn_.find(subscription.topic_arn);
    if (found != topics_by_arn_.end()) topic = found->second;
    subscriptions_.erase(arn);
  }
  if (topic != nullptr) topic->remove(arn);
}

std::vector<SubscriptionPointer> Directory::list_subscriptions(std::string_view owner,
                                                               std::string_view region,
                                                               std::string_view after,
                                                               std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<SubscriptionPointer> found;
  for (auto at = subscriptions_.upper_bound(after);
       at != subscriptions_.end() && found.size() < limit; ++at) {
    const Subscription& subscription = *at->second;
    if (subscription.owner != owner || subscription.region != region) continue;
    if (subscription.is_visible()) found.push_back(at->second);
  }
  return found;
}

}  // namespace cumulite::sns
