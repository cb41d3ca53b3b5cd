#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/sns/delivery_policy.h"
#include "emulator/services/sns/filter_policy.h"
#include "emulator/services/sns/sns_api.h"

namespace cumulite::sns {

enum class SubscriptionState : std::uint8_t {
  kPending = 0,
  kConfirmed = 1,
  kDeactivated = 2,  ///< Cancelled without authentication; its token restores it for a while.
  kOrphaned = 3,     ///< Its topic was deleted; AWS still shows it for some time.
};

/// What is kept of a subscription, and what is derived from it once. Immutable when shared.
struct Subscription {
  std::string id;
  std::string topic_arn;
  std::string topic_key;  ///< keys::topic of its topic: its domain.
  std::string owner;
  std::string region;
  std::string protocol;
  std::string endpoint;
  SubscriptionState state = SubscriptionState::kPending;
  std::string token;
  bool authenticate_on_unsubscribe = false;
  bool confirmation_was_authenticated = false;
  std::string principal;
  std::int64_t created_ms = 0;
  /// Those that were set: FilterPolicy, FilterPolicyScope, RawMessageDelivery, ...
  Attributes attributes;
  std::string replay_status;  ///< Of the running or last replay; empty: none.
  std::string replay_id;      ///< Tells the running replay from those before it.
  /// Sequence number of the last message that a replay took care of.
  std::string replayed_through;

  // Derived by `derive`.
  bool raw = false;
  bool filters_body = false;
  std::shared_ptr<const FilterPolicy> filter;  ///< Null: everything passes.
  std::string dead_letter_arn;
  std::shared_ptr<const DeliveryPolicy> delivery_policy;  ///< Null: the topic's.
  std::optional<std::int64_t> replay_ends_ms;             ///< EndingPoint of the ReplayPolicy.

  std::string arn() const;
  std::string_view attribute(std::string_view name) const;

  bool is_active() const { return state == SubscriptionState::kConfirmed; }

  /// While it replays, it gets new messages from the archive too, in their turn.
  bool is_replaying() const;

  /// Whether API calls still know it.
  bool is_visible() const { return state != SubscriptionState::kDeactivated; }

  /// Reads the attributes anew after they were changed; what is not valid is left out.
  void derive();
};

using SubscriptionPointer = std::shared_ptr<const Subscription>;

std::string encode_subscription(const Subscription& subscription);
/// Throws storage::StorageError on a damaged row.
Subscription decode_subscription(std::string_view bytes);

/// Sets or replaces an attribute in a list; an empty value removes it.
void set_attribute(Attributes& attributes, std::string_view name, std::string_view value);

}  // namespace cumulite::sns
