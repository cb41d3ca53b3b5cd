#include <algorithm>

#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/replay.h"
#include "emulator/services/sns/subscription_attributes.h"

namespace cumulite::sns {
namespace {

api::Subscription shown(const Subscription& subscription) {
  const bool pending = subscription.state == SubscriptionState::kPending;
  return {.SubscriptionArn = pending ? "PendingConfirmation" : subscription.arn(),
          .Owner = subscription.owner,
          .Protocol = subscription.protocol,
          .Endpoint = subscription.endpoint,
          .TopicArn = subscription.topic_arn};
}

}  // namespace

Result<api::ListSubscriptionsResponse> list_subscriptions(Context& ctx,
                                                          const api::ListSubscriptionsInput& req) {
  CUMULITE_ASSIGN(const std::string after, page_start(req.NextToken));
  const auto found = service_of(ctx).directory().list_subscriptions(
      ctx.caller.account_id, ctx.caller.region, after, kPageSize + 1);
  api::ListSubscriptionsResponse answer;
  answer.Subscriptions.emplace();
  for (std::size_t i = 0; i < std::min(found.size(), kPageSize); ++i) {
    answer.Subscriptions->push_back(shown(*found[i]));
  }
  if (found.size() > kPageSize) answer.NextToken = page_token(found[kPageSize - 1]->arn());
  return answer;
}

Result<api::ListSubscriptionsByTopicResponse> list_subscriptions_by_topic(
    Context& ctx, const api::ListSubscriptionsByTopicInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn));
  CUMULITE_ASSIGN(const std::string after, page_start(req.NextToken));
  SubscriptionList list = topic->state()->subscriptions;
  std::sort(list.begin(), list.end(),
            [](const auto& left, const auto& right) { return left->id < right->id; });
  auto at =
      std::upper_bound(list.begin(), list.end(), after,
                       [](const std::string& id, const auto& other) { return id < other->id; });
  api::ListSubscriptionsByTopicResponse answer;
  answer.Subscriptions.emplace();
  for (; at != list.end() && answer.Subscriptions->size() < kPageSize; ++at) {
    answer.Subscriptions->push_back(shown(**at));
  }
  if (at != list.end()) answer.NextToken = page_token((*std::prev(at))->id);
  return answer;
}

Result<api::GetSubscriptionAttributesResponse> get_subscription_attributes(
    Context& ctx, const api::GetSubscriptionAttributesInput& req) {
  CUMULITE_ASSIGN(const SubscriptionPointer found, find_subscription(ctx, req.SubscriptionArn));
  const auto topic = service_of(ctx).directory().find(found->topic_arn);
  return api::GetSubscriptionAttributesResponse{
      .Attributes = shown_subscription_attributes(*found, topic.get())};
}

Result<Unit> set_subscription_attributes(Context& ctx,
                                         const api::SetSubscriptionAttributesInput& req) {
  CUMULITE_ASSIGN(const SubscriptionPointer found, find_subscription(ctx, req.SubscriptionArn));
  SnsService& service = service_of(ctx);
  const TopicPointer topic = service.directory().find(found->topic_arn);
  const auto change = [&](storage::Txn& txn, Subscription& changed) -> Result<void> {
    auto applied = apply_subscription_attribute(req.AttributeName.value_or(""),
                                                req.AttributeValue.value_or(""), changed);
    if (applied.ok()) applied = check_subscription_attributes(changed);
    const bool replays = req.AttributeName == "ReplayPolicy" && topic != nullptr;
    if (applied.ok() && replays && !changed.attribute("ReplayPolicy").empty()) {
      applied = check_replay_source(topic->state()->config);
    }
    if (!applied.ok()) return errors::invalid_parameter(applied.error().message);
    if (replays) restart_replay(service, txn, *topic, changed);
    return {};
  };
  CUMULITE_TRY(change_subscription(service, found, change));
  return Unit{};
}

}  // namespace cumulite::sns
