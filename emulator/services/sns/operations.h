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

// --- platform applications and endpoints
Result<api::CreatePlatformApplicationResponse> create_platform_application(
    Context& ctx, const api::CreatePlatformApplicationInput& req);
Result<Unit> delete_platform_application(Context& ctx,
                                         const api::DeletePlatformApplicationInput& req);
Result<api::GetPlatformApplicationAttributesResponse> get_platform_application_attributes(
    Context& ctx, const api::GetPlatformApplicationAttributesInput& req);
Result<Unit> set_platform_application_attributes(
    Context& ctx, const api::SetPlatformApplicationAttributesInput& req);
Result<api::ListPlatformApplicationsResponse> list_platform_applications(
    Context& ctx, const api::ListPlatformApplicationsInput& req);
Result<api::CreateEndpointResponse> create_platform_endpoint(
    Context& ctx, const api::CreatePlatformEndpointInput& req);
Result<Unit> delete_endpoint(Context& ctx, const api::DeleteEndpointInput& req);
Result<api::GetEndpointAttributesResponse> get_endpoint_attributes(
    Context& ctx, const api::GetEndpointAttributesInput& req);
Result<Unit> set_endpoint_attributes(Context& ctx, const api::SetEndpointAttributesInput& req);
Result<api::ListEndpointsByPlatformApplicationResponse> list_endpoints_by_platform_application(
    Context& ctx, const api::ListEndpointsByPlatformApplicationInput& req);

// --- SMS
Result<api::CheckIfPhoneNumberIsOptedOutResponse> check_if_phone_number_is_opted_out(
    Context& ctx, const api::CheckIfPhoneNumberIsOptedOutInput& req);
Result<api::ListPhoneNumbersOptedOutResponse> list_phone_numbers_opted_out(
    Context& ctx, const api::ListPhoneNumbersOptedOutInput& req);
Result<api::OptInPhoneNumberResponse> opt_in_phone_number(Context& ctx,
                                                          const api::OptInPhoneNumberInput& req);
Result<api::GetSMSAttributesResponse> get_sms_attributes(Context& ctx,
                                                         const api::GetSMSAttributesInput& req);
Result<api::SetSMSAttributesResponse> set_sms_attributes(Context& ctx,
                                                         const api::SetSMSAttributesInput& req);
Result<api::CreateSMSSandboxPhoneNumberResult> create_sms_sandbox_phone_number(
    Context& ctx, const api::CreateSMSSandboxPhoneNumberInput& req);
Result<api::DeleteSMSSandboxPhoneNumberResult> delete_sms_sandbox_phone_number(
    Context& ctx, const api::DeleteSMSSandboxPhoneNumberInput& req);
Result<api::GetSMSSandboxAccountStatusResult> get_sms_sandbox_account_status(
    Context& ctx, const api::GetSMSSandboxAccountStatusInput& req);
Result<api::ListSMSSandboxPhoneNumbersResult> list_sms_sandbox_phone_numbers(
    Context& ctx, const api::ListSMSSandboxPhoneNumbersInput& req);
Result<api::VerifySMSSandboxPhoneNumberResult> verify_sms_sandbox_phone_number(
    Context& ctx, const api::VerifySMSSandboxPhoneNumberInput& req);
Result<api::ListOriginationNumbersResult> list_origination_numbers(
    Context& ctx, const api::ListOriginationNumbersRequest& req);

// --- data protection
Result<api::GetDataProtectionPolicyResponse> get_data_protection_policy(
    Context& ctx, const api::GetDataProtectionPolicyInput& req);
Result<Unit> put_data_protection_policy(Context& ctx, const api::PutDataProtectionPolicyInput& req);

}  // namespace cumulite::sns
