#pragma once

#include "api/lambda.h"
#include "emulator/core/context.h"

/// One function an operation; the rows that name them are in operations.cc.
namespace cumulite::lambda {

// function/
Result<api::FunctionConfiguration> create_function(Context& ctx,
                                                   const api::CreateFunctionRequest& req);
Result<api::GetFunctionResponse> get_function(Context& ctx, const api::GetFunctionRequest& req);
Result<api::FunctionConfiguration> get_function_configuration(
    Context& ctx, const api::GetFunctionConfigurationRequest& req);
Result<api::ListFunctionsResponse> list_functions(Context& ctx,
                                                  const api::ListFunctionsRequest& req);
Result<api::FunctionConfiguration> update_function_code(Context& ctx,
                                                        const api::UpdateFunctionCodeRequest& req);
Result<api::FunctionConfiguration> update_function_configuration(
    Context& ctx, const api::UpdateFunctionConfigurationRequest& req);
Result<api::DeleteFunctionResponse> delete_function(Context& ctx,
                                                    const api::DeleteFunctionRequest& req);

// version/
Result<api::FunctionConfiguration> publish_version(Context& ctx,
                                                   const api::PublishVersionRequest& req);
Result<api::ListVersionsByFunctionResponse> list_versions_by_function(
    Context& ctx, const api::ListVersionsByFunctionRequest& req);

// alias/
Result<api::AliasConfiguration> create_alias(Context& ctx, const api::CreateAliasRequest& req);
Result<api::AliasConfiguration> update_alias(Context& ctx, const api::UpdateAliasRequest& req);
Result<api::AliasConfiguration> get_alias(Context& ctx, const api::GetAliasRequest& req);
Result<api::ListAliasesResponse> list_aliases(Context& ctx, const api::ListAliasesRequest& req);
Result<model::Unit> delete_alias(Context& ctx, const api::DeleteAliasRequest& req);

// policy/
Result<api::AddPermissionResponse> add_permission(Context& ctx,
                                                  const api::AddPermissionRequest& req);
Result<model::Unit> remove_permission(Context& ctx, const api::RemovePermissionRequest& req);
Result<api::GetPolicyResponse> get_policy(Context& ctx, const api::GetPolicyRequest& req);

// setting/
Result<api::Concurrency> put_function_concurrency(Context& ctx,
                                                  const api::PutFunctionConcurrencyRequest& req);
Result<api::GetFunctionConcurrencyResponse> get_function_concurrency(
    Context& ctx, const api::GetFunctionConcurrencyRequest& req);
Result<model::Unit> delete_function_concurrency(Context& ctx,
                                                const api::DeleteFunctionConcurrencyRequest& req);
Result<api::GetAccountSettingsResponse> get_account_settings(
    Context& ctx, const api::GetAccountSettingsRequest& req);
Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req);
Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req);
Result<api::ListTagsResponse> list_tags(Context& ctx, const api::ListTagsRequest& req);
Result<api::FunctionEventInvokeConfig> put_function_event_invoke_config(
    Context& ctx, const api::PutFunctionEventInvokeConfigRequest& req);
Result<api::FunctionEventInvokeConfig> update_function_event_invoke_config(
    Context& ctx, const api::UpdateFunctionEventInvokeConfigRequest& req);
Result<api::FunctionEventInvokeConfig> get_function_event_invoke_config(
    Context& ctx, const api::GetFunctionEventInvokeConfigRequest& req);
Result<model::Unit> delete_function_event_invoke_config(
    Context& ctx, const api::DeleteFunctionEventInvokeConfigRequest& req);
Result<api::ListFunctionEventInvokeConfigsResponse> list_function_event_invoke_configs(
    Context& ctx, const api::ListFunctionEventInvokeConfigsRequest& req);
Result<api::PutRuntimeManagementConfigResponse> put_runtime_management_config(
    Context& ctx, const api::PutRuntimeManagementConfigRequest& req);
Result<api::PutFunctionRecursionConfigResponse> put_function_recursion_config(
    Context& ctx, const api::PutFunctionRecursionConfigRequest& req);
Result<api::GetRuntimeManagementConfigResponse> get_runtime_management_config(
    Context& ctx, const api::GetRuntimeManagementConfigRequest& req);
Result<api::GetFunctionRecursionConfigResponse> get_function_recursion_config(
    Context& ctx, const api::GetFunctionRecursionConfigRequest& req);

Result<api::PutProvisionedConcurrencyConfigResponse> put_provisioned_concurrency_config(
    Context& ctx, const api::PutProvisionedConcurrencyConfigRequest& req);
Result<api::GetProvisionedConcurrencyConfigResponse> get_provisioned_concurrency_config(
    Context& ctx, const api::GetProvisionedConcurrencyConfigRequest& req);
Result<model::Unit> delete_provisioned_concurrency_config(
    Context& ctx, const api::DeleteProvisionedConcurrencyConfigRequest& req);
Result<api::ListProvisionedConcurrencyConfigsResponse> list_provisioned_concurrency_configs(
    Context& ctx, const api::ListProvisionedConcurrencyConfigsRequest& req);

// code_signing/
Result<api::CreateCodeSigningConfigResponse> create_code_signing_config(
    Context& ctx, const api::CreateCodeSigningConfigRequest& req);
Result<api::GetCodeSigningConfigResponse> get_code_signing_config(
    Context& ctx, const api::GetCodeSigningConfigRequest& req);
Result<api::UpdateCodeSigningConfigResponse> update_code_signing_config(
    Context& ctx, const api::UpdateCodeSigningConfigRequest& req);
Result<api::DeleteCodeSigningConfigResponse> delete_code_signing_config(
    Context& ctx, const api::DeleteCodeSigningConfigRequest& req);
Result<api::ListCodeSigningConfigsResponse> list_code_signing_configs(
    Context& ctx, const api::ListCodeSigningConfigsRequest& req);
Result<api::ListFunctionsByCodeSigningConfigResponse> list_functions_by_code_signing_config(
    Context& ctx, const api::ListFunctionsByCodeSigningConfigRequest& req);
Result<api::PutFunctionCodeSigningConfigResponse> put_function_code_signing_config(
    Context& ctx, const api::PutFunctionCodeSigningConfigRequest& req);
Result<api::GetFunctionCodeSigningConfigResponse> get_function_code_signing_config(
    Context& ctx, const api::GetFunctionCodeSigningConfigRequest& req);
Result<model::Unit> delete_function_code_signing_config(
    Context& ctx, const api::DeleteFunctionCodeSigningConfigRequest& req);

// layer/
Result<api::PublishLayerVersionResponse> publish_layer_version(
    Context& ctx, const api::PublishLayerVersionRequest& req);
Result<api::GetLayerVersionResponse> get_layer_version(Context& ctx,
                                                       const api::GetLayerVersionRequest& req);
Result<api::GetLayerVersionResponse> get_layer_version_by_arn(
    Context& ctx, const api::GetLayerVersionByArnRequest& req);
Result<api::ListLayerVersionsResponse> list_layer_versions(
    Context& ctx, const api::ListLayerVersionsRequest& req);
Result<api::ListLayersResponse> list_layers(Context& ctx, const api::ListLayersRequest& req);
Result<model::Unit> delete_layer_version(Context& ctx, const api::DeleteLayerVersionRequest& req);
Result<api::AddLayerVersionPermissionResponse> add_layer_version_permission(
    Context& ctx, const api::AddLayerVersionPermissionRequest& req);
Result<api::GetLayerVersionPolicyResponse> get_layer_version_policy(
    Context& ctx, const api::GetLayerVersionPolicyRequest& req);
Result<model::Unit> remove_layer_version_permission(
    Context& ctx, const api::RemoveLayerVersionPermissionRequest& req);

// url/
Result<api::CreateFunctionUrlConfigResponse> create_function_url_config(
    Context& ctx, const api::CreateFunctionUrlConfigRequest& req);
Result<api::UpdateFunctionUrlConfigResponse> update_function_url_config(
    Context& ctx, const api::UpdateFunctionUrlConfigRequest& req);
Result<api::GetFunctionUrlConfigResponse> get_function_url_config(
    Context& ctx, const api::GetFunctionUrlConfigRequest& req);
Result<model::Unit> delete_function_url_config(Context& ctx,
                                               const api::DeleteFunctionUrlConfigRequest& req);
Result<api::ListFunctionUrlConfigsResponse> list_function_url_configs(
    Context& ctx, const api::ListFunctionUrlConfigsRequest& req);

// invoke/
Result<WaitOr<api::InvocationResponse>> invoke(Context& ctx, const api::InvocationRequest& req);
Result<api::InvokeAsyncResponse> invoke_async(Context& ctx, const api::InvokeAsyncRequest& req);
Result<WaitOr<api::InvokeWithResponseStreamResponse>> invoke_with_response_stream(
    Context& ctx, const api::InvokeWithResponseStreamRequest& req);

}  // namespace cumulite::lambda
