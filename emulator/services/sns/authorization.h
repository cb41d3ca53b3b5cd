#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sns/topic.h"

/// Who may do what in `--auth=enforce`; in the other modes everybody may do everything.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
namespace cumulite::sns {

/// "arn:aws:iam::ACCOUNT:root", or "Anonymous".
std::string principal_of(const Context& ctx);

/// Whether the caller may do to the topic what the call asks for: the owner unless the topic's
/// policy denies it, others if the policy allows it. `values`: condition keys of this operation,
/// such as "sns:Protocol". Errors: AuthorizationError.
Result<void> check_topic_access(const Context& ctx, const Topic& topic,
                                const Attributes& values = {});

/// Subscriptions are their owner's, and the topic's owner's. Errors: AuthorizationError.
Result<void> check_subscription_access(const Context& ctx, const Subscription& subscription);

/// Whether another service of that account may publish: only if the topic's policy says so.
bool may_publish(const Environment& env, const DeliverySource& from, std::string_view account,
                 const Topic& topic);

}  // namespace cumulite::sns
