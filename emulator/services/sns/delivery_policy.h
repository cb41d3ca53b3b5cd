#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"

/// HTTP/S delivery policies: how often and when a failed delivery is tried again.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
namespace cumulite::sns {

enum class Backoff : std::uint8_t { kLinear, kArithmetic, kGeometric, kExponential };

struct RetryPolicy {
  int min_delay_seconds = 20;
  int max_delay_seconds = 20;
  int retries = 3;
  int no_delay_retries = 0;   ///< The first phase: at once.
  int min_delay_retries = 0;  ///< Then this many after the least delay.
  int max_delay_retries = 0;  ///< The last ones after the greatest; back-off lies between.
  Backoff backoff = Backoff::kLinear;

  /// All delays together; SNS allows an hour.
  std::int64_t total_ms() const;
  /// Delay before retry `number` (1 is the first), or nullopt when they are used up.
  std::optional<std::int64_t> delay_ms(int number) const;
};

struct DeliveryPolicy {
  RetryPolicy retry;
  int receives_per_second_max = 0;  ///< Throttle; 0: none.
  std::string content_type = "text/plain; charset=UTF-8";
  bool disable_overrides = false;  ///< Of a topic: subscriptions' policies do not count.
  bool has_retry = false;          ///< Given, not by default.
  bool has_content_type = false;   ///< Likewise.

  /// As GetTopicAttributes shows the EffectiveDeliveryPolicy.
  std::string topic_json() const;
  /// As GetSubscriptionAttributes shows it.
  std::string subscription_json() const;
};

/// {"http": {"defaultHealthyRetryPolicy": ..., "disableSubscriptionOverrides": ...,
/// "defaultThrottlePolicy": ..., "defaultRequestPolicy": ...}}.
/// Errors: text after "DeliveryPolicy: ".
Result<DeliveryPolicy> parse_topic_delivery_policy(std::string_view text);
/// {"healthyRetryPolicy": ..., "throttlePolicy": ..., "requestPolicy": ...}.
Result<DeliveryPolicy> parse_subscription_delivery_policy(std::string_view text);

/// What applies to a subscription: its own policy over its topic's over the default.
DeliveryPolicy effective_policy(const DeliveryPolicy* topic, const DeliveryPolicy* subscription);

}  // namespace cumulite::sns
