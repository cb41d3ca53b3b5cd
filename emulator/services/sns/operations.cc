#include "emulator/services/sns/operations.h"

namespace cumulite::sns {

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::AddPermission, &add_permission>(),
      row<api::op::CheckIfPhoneNumberIsOptedOut, &check_if_phone_number_is_opted_out>(),
      row<api::op::ConfirmSubscription, &confirm_subscription>(),
      row<api::op::CreatePlatformApplication, &create_platform_application>(),
      row<api::op::CreatePlatformEndpoint, &create_platform_endpoint>(),
      row<api::op::CreateSMSSandboxPhoneNumber, &create_sms_sandbox_phone_number>(),
      row<api::op::CreateTopic, &create_topic>(),
      row<api::op::DeleteEndpoint, &delete_endpoint>(),
      row<api::op::DeletePlatformApplication, &delete_platform_application>(),
      row<api::op::DeleteSMSSandboxPhoneNumber, &delete_sms_sandbox_phone_number>(),
      row<api::op::DeleteTopic, &delete_topic>(),
      row<api::op::GetDataProtectionPolicy, &get_data_protection_policy>(),
      row<api::op::GetEndpointAttributes, &get_endpoint_attributes>(),
      row<api::op::GetPlatformApplicationAttributes, &get_platform_application_attributes>(),
      row<api::op::GetSMSAttributes, &get_sms_attributes>(),
      row<api::op::GetSMSSandboxAccountStatus, &get_sms_sandbox_account_status>(),
      row<api::op::GetSubscriptionAttributes, &get_subscription_attributes>(),
      row<api::op::GetTopicAttributes, &get_topic_attributes>(),
      row<api::op::ListEndpointsByPlatformApplication, &list_endpoints_by_platform_application>(),
      row<api::op::ListOriginationNumbers, &list_origination_numbers>(),
      row<api::op::ListPhoneNumbersOptedOut, &list_phone_numbers_opted_out>(),
      row<api::op::ListPlatformApplications, &list_platform_applications>(),
      row<api::op::ListSMSSandboxPhoneNumbers, &list_sms_sandbox_phone_numbers>(),
      row<api::op::ListSubscriptions, &list_subscriptions>(),
      row<api::op::ListSubscriptionsByTopic, &list_subscriptions_by_topic>(),
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::ListTopics, &list_topics>(),
      row<api::op::OptInPhoneNumber, &opt_in_phone_number>(),
      row<api::op::Publish, &publish>(),
      row<api::op::PublishBatch, &publish_batch>(),
      row<api::op::PutDataProtectionPolicy, &put_data_protection_policy>(),
      row<api::op::RemovePermission, &remove_permission>(),
      row<api::op::SetEndpointAttributes, &set_endpoint_attributes>(),
      row<api::op::SetPlatformApplicationAttributes, &set_platform_application_attributes>(),
      row<api::op::SetSMSAttributes, &set_sms_attributes>(),
      row<api::op::SetSubscriptionAttributes, &set_subscription_attributes>(),
      row<api::op::SetTopicAttributes, &set_topic_attributes>(),
      row<api::op::Subscribe, &subscribe>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::Unsubscribe, &unsubscribe>(),
      row<api::op::UntagResource, &untag_resource>(),
      row<api::op::VerifySMSSandboxPhoneNumber, &verify_sms_sandbox_phone_number>(),
  };
  return rows;
}

}  // namespace cumulite::sns
