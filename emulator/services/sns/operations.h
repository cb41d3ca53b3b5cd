#pragma once

#include <span>

#include "emulator/core/service.h"
#include "emulator/services/sns/sns_api.h"
#include "protocol/result.h"

/// The operations of SNS; each is documented by its page of the API reference.
namespace cumulite::sns {

using model::Unit;

/// All operations with their handlers.
std::span<const OperationRow> operation_rows();

Result<Unit> add_permission(Context& ctx, const api::AddPermissionInput& req);
Result<api::ConfirmSubscriptionResponse> confirm_subscription(
    Context& ctx, const api::ConfirmSubscriptionInput& req);
Result<api::CreateTopicResponse> create_topic(Context& ctx, const api::CreateTopicInput& req);
Result<Unit> delete_topic(Context& ctx, const api::DeleteTopicInput& req);
Result<api::GetSubscriptionAttributesResponse> get_subscription_attributes(
    Context& ctx, const api::GetSubscriptionAttributesInput& req);
Result<api::GetTopicAttributesResponse> get_topic_attributes(
    Context& ctx, const api::GetTopicAttributesInput& req);
Result<api::ListSubscriptionsResponse> list_subscriptions(Context& ctx,
                                                          const api::ListSubscriptionsInput& req);
Result<api::ListSubscriptionsByTopicResponse> list_subscriptions_by_topic(
    Context& ctx, const api::ListSubscriptionsByTopicInput& req);
Result<api::ListTagsForResourceResponse> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req);
Result<api::ListTopicsResponse> list_topics(Context& ctx, const api::ListTopicsInput& req);
Result<api::PublishResponse> publish(Context& ctx, const api::PublishInput& req);
Result<api::PublishBatchResponse> publish_batch(Context& ctx, const api::PublishBatchInput& req);
Result<Unit> remove_permission(Context& ctx, const api::RemovePermissionInput& req);
Result<Unit> set_subscription_attributes(Context& ctx,
                                         const api::SetSubscriptionAttributesInput& req);
Result<Unit> set_topic_attributes(Context& ctx, const api::SetTopicAttributesInput& req);
Result<api::SubscribeResponse> subscribe(Context& ctx, const api::SubscribeInput& req);
Result<api::TagResourceResponse> tag_resource(Context& ctx, const api::TagResourceRequest& req);
Result<Unit> unsubscribe(Context& ctx, const api::UnsubscribeInput& req);
Result<api::UntagResourceResponse> untag_resource(Context& ctx,
                                                  const api::UntagResourceRequest& req);

}  // namespace cumulite::sns
