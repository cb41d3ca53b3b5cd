#include "api/lambda.h"
#include "emulator/services/lambda/event_source/mapping.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/service.h"

namespace cumulite::lambda {
namespace {

/// Reading and unpacking archives, or deleting many versions, takes its time.
constexpr RowOptions kBlocking = {.blocking = true};
/// An archive of 50 MB within the request, where Base64 makes 70 of it.
constexpr RowOptions kArchive = {.blocking = true, .body_bytes_max = 70'167'211};

const OperationRow kRows[] = {
    row<api::op::AddLayerVersionPermission, &add_layer_version_permission>(),
    row<api::op::AddPermission, &add_permission>(),
    row<api::op::CreateAlias, &create_alias>(),
    row<api::op::CreateCodeSigningConfig, &create_code_signing_config>(),
    row<api::op::CreateEventSourceMapping, &create_event_source_mapping>(),
    row<api::op::CreateFunction, &create_function>(kArchive),
    row<api::op::CreateFunctionUrlConfig, &create_function_url_config>(),
    row<api::op::DeleteAlias, &delete_alias>(),
    row<api::op::DeleteCodeSigningConfig, &delete_code_signing_config>(),
    row<api::op::DeleteEventSourceMapping, &delete_event_source_mapping>(),
    row<api::op::DeleteFunction, &delete_function>(kBlocking),
    row<api::op::DeleteFunctionCodeSigningConfig, &delete_function_code_signing_config>(),
    row<api::op::DeleteFunctionConcurrency, &delete_function_concurrency>(),
    row<api::op::DeleteFunctionEventInvokeConfig, &delete_function_event_invoke_config>(),
    row<api::op::DeleteFunctionUrlConfig, &delete_function_url_config>(),
    row<api::op::DeleteLayerVersion, &delete_layer_version>(),
    row<api::op::DeleteProvisionedConcurrencyConfig, &delete_provisioned_concurrency_config>(),
    row<api::op::GetAccountSettings, &get_account_settings>(),
    row<api::op::GetAlias, &get_alias>(),
    row<api::op::GetCodeSigningConfig, &get_code_signing_config>(),
    row<api::op::GetEventSourceMapping, &get_event_source_mapping>(),
    row<api::op::GetFunction, &get_function>(),
    row<api::op::GetFunctionCodeSigningConfig, &get_function_code_signing_config>(),
    row<api::op::GetFunctionConcurrency, &get_function_concurrency>(),
    row<api::op::GetFunctionConfiguration, &get_function_configuration>(),
    row<api::op::GetFunctionEventInvokeConfig, &get_function_event_invoke_config>(),
    row<api::op::GetFunctionRecursionConfig, &get_function_recursion_config>(),
    row<api::op::GetFunctionUrlConfig, &get_function_url_config>(),
    row<api::op::GetLayerVersion, &get_layer_version>(),
    row<api::op::GetLayerVersionByArn, &get_layer_version_by_arn>(),
    row<api::op::GetLayerVersionPolicy, &get_layer_version_policy>(),
    row<api::op::GetPolicy, &get_policy>(),
    row<api::op::GetProvisionedConcurrencyConfig, &get_provisioned_concurrency_config>(),
    row<api::op::GetRuntimeManagementConfig, &get_runtime_management_config>(),
    row<api::op::Invoke, &invoke>(),
    row<api::op::InvokeAsync, &invoke_async>({.streams_body = true}),
    row<api::op::InvokeWithResponseStream, &invoke_with_response_stream>(),
    row<api::op::ListAliases, &list_aliases>(),
    row<api::op::ListCodeSigningConfigs, &list_code_signing_configs>(),
    row<api::op::ListEventSourceMappings, &list_event_source_mappings>(),
    row<api::op::ListFunctionEventInvokeConfigs, &list_function_event_invoke_configs>(),
    row<api::op::ListFunctionUrlConfigs, &list_function_url_configs>(),
    row<api::op::ListFunctions, &list_functions>(),
    row<api::op::ListFunctionsByCodeSigningConfig, &list_functions_by_code_signing_config>(),
    row<api::op::ListLayerVersions, &list_layer_versions>(),
    row<api::op::ListLayers, &list_layers>(),
    row<api::op::ListProvisionedConcurrencyConfigs, &list_provisioned_concurrency_configs>(),
    row<api::op::ListTags, &list_tags>(),
    row<api::op::ListVersionsByFunction, &list_versions_by_function>(),
    row<api::op::PublishLayerVersion, &publish_layer_version>(kArchive),
    row<api::op::PublishVersion, &publish_version>(),
    row<api::op::PutFunctionCodeSigningConfig, &put_function_code_signing_config>(),
    row<api::op::PutFunctionConcurrency, &put_function_concurrency>(),
    row<api::op::PutFunctionEventInvokeConfig, &put_function_event_invoke_config>(),
    row<api::op::PutFunctionRecursionConfig, &put_function_recursion_config>(),
    row<api::op::PutProvisionedConcurrencyConfig, &put_provisioned_concurrency_config>(),
    row<api::op::PutRuntimeManagementConfig, &put_runtime_management_config>(),
    row<api::op::RemoveLayerVersionPermission, &remove_layer_version_permission>(),
    row<api::op::RemovePermission, &remove_permission>(),
    row<api::op::TagResource, &tag_resource>(),
    row<api::op::UntagResource, &untag_resource>(),
    row<api::op::UpdateAlias, &update_alias>(),
    row<api::op::UpdateCodeSigningConfig, &update_code_signing_config>(),
    row<api::op::UpdateEventSourceMapping, &update_event_source_mapping>(),
    row<api::op::UpdateFunctionCode, &update_function_code>(kArchive),
    row<api::op::UpdateFunctionConfiguration, &update_function_configuration>(),
    row<api::op::UpdateFunctionEventInvokeConfig, &update_function_event_invoke_config>(),
    row<api::op::UpdateFunctionUrlConfig, &update_function_url_config>(),
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return kRows;
}

}  // namespace cumulite::lambda
