#include <utility>

#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"

/// Settings that no function of this endpoint changes: answered as the service does for a function
/// that never set them, since Terraform reads them of every function.
namespace cumulite::lambda {

Result<api::GetFunctionCodeSigningConfigResponse> get_function_code_signing_config(
    Context& ctx, const api::GetFunctionCodeSigningConfigRequest& req) {
  CUMULITE_ASSIGN(auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(require_function(ctx.env.store, id));
  return api::GetFunctionCodeSigningConfigResponse{.FunctionName = std::move(id.name)};
}

Result<api::GetRuntimeManagementConfigResponse> get_runtime_management_config(
    Context& ctx, const api::GetRuntimeManagementConfigRequest& req) {
  CUMULITE_ASSIGN(auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  CUMULITE_TRY(require_version(ctx.env.store, name));
  if (name.qualifier.empty()) name.qualifier = "$LATEST";
  return api::GetRuntimeManagementConfigResponse{.UpdateRuntimeOn = "Auto",
                                                 .FunctionArn = qualified_arn(name)};
}

Result<api::GetFunctionRecursionConfigResponse> get_function_recursion_config(
    Context& ctx, const api::GetFunctionRecursionConfigRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(require_function(ctx.env.store, id));
  return api::GetFunctionRecursionConfigResponse{.RecursiveLoop = "Terminate"};
}

}  // namespace cumulite::lambda
