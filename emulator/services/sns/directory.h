#pragma once

#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/services/sns/topic.h"

namespace cumulite::sns {

/// All topics and subscriptions of the daemon in memory, rebuilt from the rows at start and changed
/// after commits. Thread-safe.
class Directory {
 public:
  void load(const storage::Reader& reader);
  /// Forgets the account's (empty: all) topics and subscriptions.
  void clear(std::string_view account);

  // --- topics
  /// Null if there is none.
  TopicPointer find(std::string_view arn) const;
  void add(TopicPointer topic);
  void remove(const Topic& topic);
  /// Topics of the account and region in order of name, with a name greater than `after`.
  std::vector<TopicPointer> list(std::string_view account, std::string_view region,
                                 std::string_view after, std::size_t limit) const;

  // --- subscriptions
  SubscriptionPointer find_subscription(std::string_view arn) const;
  SubscriptionPointer find_token(std::string_view token) const;
  /// Adds or replaces it, in its topic too.
  void put(SubscriptionPointer subscription);
  void remove_subscription(const Subscription& subscription);
  /// Subscriptions of the owner and region in order of ARN, with an ARN greater than `after`.
  std::vector<SubscriptionPointer> list_subscriptions(std::string_view owner,
                                                      std::string_view region,
                                                      std::string_view after,
                                                      std::size_t limit) const;

 private:
  mutable std::shared_mutex mutex_;
  /// By account, region and name, joined by '\0'.
  std::map<std::string, TopicPointer, std::less<>> topics_;
  std::unordered_map<std::string, TopicPointer> topics_by_arn_;
  std::map<std::string, SubscriptionPointer, std::less<>> subscriptions_;
  std::unordered_map<std::string, std::string> tokens_;  ///< Subscription ARN by token.
};

}  // namespace cumulite::sns
