#include "emulator/services/sns/authorization.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/core/environment.h"
#include "emulator/core/policy/policy.h"
#include "emulator/core/policy/request_values.h"
#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/topic_attributes.h"
#include "protocol/codec/text.h"

namespace cumulite::sns {
namespace {

std::string policy_of(const TopicConfig& config) {
  const auto policy = config.attribute("Policy");
  return policy.empty() ? default_topic_policy(config) : std::string(policy);
}

bool is_enforced(const Context& ctx) {
  return ctx.env.settings.auth == AuthMode::kEnforce && ctx.route != nullptr &&
         ctx.route->operation != nullptr;
}

/// A permission to publish covers batches.
std::string_view action_of(const Context& ctx) {
  const std::string_view name = ctx.route->operation->name;
  return name == "PublishBatch" ? "Publish" : name;
}

Error refusal(const Context& ctx, std::string_view arn, PolicyAnswer answer) {
  const std::string_view action = action_of(ctx);
  return errors::not_authorized(
      principal_of(ctx), action, arn,
      answer == PolicyAnswer::kDeny
          ? std::string("with an explicit deny in a resource-based policy")
          : fmt::format("because no resource-based policy allows the SNS:{} action", action));
}

}  // namespace

std::string principal_of(const Context& ctx) {
  return ctx.caller.anonymous ? "Anonymous"
                              : fmt::format("arn:aws:iam::{}:root", ctx.caller.account_id);
}

Result<void> check_topic_access(const Context& ctx, const Topic& topic, const Attributes& values) {
  if (!is_enforced(ctx)) return {};
  PolicyQuestion asked;
  asked.action = fmt::format("SNS:{}", action_of(ctx));
  asked.resource = topic.arn;
  if (!ctx.caller.anonymous) asked.account = ctx.caller.account_id;
  asked.values = [&](std::string_view key) -> std::vector<std::string> {
    for (const auto& [name, value] : values) {
      if (codec::lower(key) == codec::lower(name)) return {value};
    }
    return request_values(ctx, key);
  };
  const PolicyAnswer answer = ask_policy(policy_of(topic.state()->config), asked);
  const bool is_owner = !ctx.caller.anonymous && ctx.caller.account_id == topic.account;
  if (answer == PolicyAnswer::kAllow || (is_owner && answer == PolicyAnswer::kNothing)) return {};
  return refusal(ctx, topic.arn, answer);
}

Result<void> check_subscription_access(const Context& ctx, const Subscription& subscription) {
  if (!is_enforced(ctx)) return {};
  const auto topic = parse_arn(subscription.topic_arn, "");
  const std::string& account = ctx.caller.account_id;
  const bool is_known = !ctx.caller.anonymous;
  if (is_known && (account == subscription.owner || (topic.ok() && account == topic->account))) {
    return {};
  }
  return refusal(ctx, subscription.arn(), PolicyAnswer::kNothing);
}

bool may_publish(const Environment& env, const DeliverySource& from, std::string_view account,
                 const Topic& topic) {
  if (env.settings.auth != AuthMode::kEnforce || from.service.empty()) return true;
  PolicyQuestion asked;
  asked.action = "SNS:Publish";
  asked.resource = topic.arn;
  asked.service = from.service;
  asked.values = [&](std::string_view given) -> std::vector<std::string> {
    const std::string key = codec::lower(given);
    if (key == "aws:sourcearn") return {from.arn};
    if (key == "aws:sourceaccount") return {std::string(account)};
    return {};
  };
  return ask_policy(policy_of(topic.state()->config), asked) == PolicyAnswer::kAllow;
}

}  // namespace cumulite::sns
