#include "emulator/services/sns/operations.h"

namespace cumulite::sns {

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::AddPermission, &add_permission>(),
      row<api::op::ConfirmSubscription, &confirm_subscription>(),
      row<api::op::CreateTopic, &create_topic>(),
      row<api::op::DeleteTopic, &delete_topic>(),
      row<api::op::GetSubscriptionAttributes, &get_subscription_attributes>(),
      row<api::op::GetTopicAttributes, &get_topic_attributes>(),
      row<api::op::ListSubscriptions, &list_subscriptions>(),
      row<api::op::ListSubscriptionsByTopic, &list_subscriptions_by_topic>(),
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::ListTopics, &list_topics>(),
      row<api::op::Publish, &publish>(),
      row<api::op::PublishBatch, &publish_batch>(),
      row<api::op::RemovePermission, &remove_permission>(),
      row<api::op::SetSubscriptionAttributes, &set_subscription_attributes>(),
      row<api::op::SetTopicAttributes, &set_topic_attributes>(),
      row<api::op::Subscribe, &subscribe>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::Unsubscribe, &unsubscribe>(),
      row<api::op::UntagResource, &untag_resource>(),
  };
  return rows;
}

}  // namespace cumulite::sns
