#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sns/subscription.h"
#include "storage/kv/store.h"

namespace cumulite::sns {

/// What is kept of a topic. Attributes are those that were set; the rest has defaults.
struct TopicConfig {
  std::string account;
  std::string region;
  std::string name;
  bool fifo = false;
  Attributes attributes;
  Attributes tags;
  std::string data_protection_policy;
  std::int64_t created_ms = 0;
  std::uint64_t subscriptions_deleted = 0;

  std::string arn() const;
  /// The attribute as it was set, or empty.
  std::string_view attribute(std::string_view name) const;
};

std::string encode_topic(const TopicConfig& config);
/// Throws storage::StorageError on a damaged row.
TopicConfig decode_topic(std::string_view bytes);

using SubscriptionList = std::vector<SubscriptionPointer>;

/// A topic and its subscriptions as of one moment.
struct TopicState {
  TopicConfig config;
  SubscriptionList subscriptions;  ///< In order of their creation.
};

/// A topic in memory: an immutable state, replaced when a change was committed. Thread-safe;
/// changes come one at a time, under the topic's domain.
class Topic {
 public:
  explicit Topic(TopicConfig config);

  /// Never null.
  std::shared_ptr<const TopicState> state() const { return state_.load(); }

  void set_config(TopicConfig config);
  /// Adds or replaces the subscription with its id.
  void put(SubscriptionPointer subscription);
  void remove(std::string_view subscription_arn);

  bool is_deleted() const { return is_deleted_.load(); }

  void mark_deleted() { is_deleted_.store(true); }

  // These never change.
  const std::string account;
  const std::string region;
  const std::string name;
  const std::string arn;
  const bool fifo;
  const std::string key;  ///< Prefix of all its rows, and its domain.

  storage::Domain exclusive_domain() const;
  storage::Domain shared_domain() const;

 private:
  std::atomic<std::shared_ptr<const TopicState>> state_;
  std::atomic<bool> is_deleted_ = false;
};

using TopicPointer = std::shared_ptr<Topic>;

}  // namespace cumulite::sns
