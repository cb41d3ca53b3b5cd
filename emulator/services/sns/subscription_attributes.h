#pragma once

#include <string>
#include <string_view>

#include "emulator/services/sns/topic.h"
#include "protocol/result.h"

/// Attributes of subscriptions.
/// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
namespace cumulite::sns {

/// Checks and sets one attribute. Errors: InvalidParameter with the text after its first words.
Result<void> apply_subscription_attribute(std::string_view name, const std::string& value,
                                          Subscription& subscription);

/// Checks all that depend on each other, after they were applied.
Result<void> check_subscription_attributes(const Subscription& subscription);

/// All that GetSubscriptionAttributes shows. `topic` may be null.
Attributes shown_subscription_attributes(const Subscription& subscription, const Topic* topic);

}  // namespace cumulite::sns
