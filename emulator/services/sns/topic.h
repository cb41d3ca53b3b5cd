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

class DataPolicy;

/// What delivery status logs are to tell of one protocol.
struct Feedback {
  std::string_view protocol;  ///< As subscriptions spell it.
  int success_rate = 0;       ///< Percent.
  bool of_failure = false;
};

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
  /// Since when messages are archived; 0: they are not.
  std::int64_t archived_since_ms = 0;

  // Derived by `derive`.
  std::shared_ptr<const DataPolicy> data_policy = {};  ///< Null: none.
  int archive_days = 0;                                ///< 0: nothing is archived.
  std::vector<Feedback> feedback = {};                 ///< Protocols with a status log.

  /// Reads the policies anew after they were changed; what is not valid is left out.
  void derive();

  /// Messages from before this time are no longer in the archive.
  std::int64_t archive_begins_ms(std::int64_t now_ms) const;

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

  /// Publishes whose deliveries are still to be made (see fan_out.h).
  std::atomic<int> deferred = 0;
  /// Messages that an audit of sensitive data counted.
  std::atomic<std::uint64_t> audited = 0;
  /// Deliveries that could have gone to the status log, some of which do.
  mutable std::atomic<std::uint64_t> status_samples = 0;

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
