#include <utility>

#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"

/// Settings that are kept and shown, and change nothing in how this endpoint runs a function. One
/// that was never set shows the service's default: Terraform reads them of every function.
namespace cumulite::lambda {
namespace {

using functions::DocumentKind;
using functions::QualifiedId;
using RuntimeOp = api::op::GetRuntimeManagementConfig;
using RecursionOp = api::op::GetFunctionRecursionConfig;

/// The version or alias that is meant; none: $LATEST.
Result<QualifiedId> managed_version(const Context& ctx, const std::optional<std::string>& function,
                                    const std::optional<std::string>& qualifier) {
  CUMULITE_ASSIGN(auto name, resolve_name(ctx, function, qualifier));
  CUMULITE_TRY(require_version(ctx.env.store, name));
  if (name.qualifier.empty()) name.qualifier = "$LATEST";
  return name;
}

}  // namespace

Result<api::PutRuntimeManagementConfigResponse> put_runtime_management_config(
    Context& ctx, const api::PutRuntimeManagementConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, managed_version(ctx, req.FunctionName, req.Qualifier));
  const bool is_manual = req.UpdateRuntimeOn == "Manual";
  if (is_manual != req.RuntimeVersionArn.has_value()) {
    return errors::invalid_parameter(
        is_manual ? "Runtime Version ARN is required when UpdateRuntimeOn is set to Manual."
                  : "Runtime Version ARN is only supported when UpdateRuntimeOn is set to Manual.");
  }
  const api::GetRuntimeManagementConfigResponse kept = {.UpdateRuntimeOn = req.UpdateRuntimeOn,
                                                        .FunctionArn = qualified_arn(name),
                                                        .RuntimeVersionArn = req.RuntimeVersionArn};
  ctx.env.store.transact(functions::rows::domains_of(name.id), [&](storage::Txn& txn) {
    put_document<RuntimeOp>(txn, name, DocumentKind::kRuntimeManagement, kept);
  });
  return api::PutRuntimeManagementConfigResponse{.UpdateRuntimeOn = kept.UpdateRuntimeOn,
                                                 .FunctionArn = kept.FunctionArn,
                                                 .RuntimeVersionArn = kept.RuntimeVersionArn};
}

Result<api::GetRuntimeManagementConfigResponse> get_runtime_management_config(
    Context& ctx, const api::GetRuntimeManagementConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, managed_version(ctx, req.FunctionName, req.Qualifier));
  auto kept = find_document<RuntimeOp>(ctx.env.store, name, DocumentKind::kRuntimeManagement);
  if (kept) return std::move(*kept);
  return api::GetRuntimeManagementConfigResponse{.UpdateRuntimeOn = "Auto",
                                                 .FunctionArn = qualified_arn(name)};
}

Result<api::PutFunctionRecursionConfigResponse> put_function_recursion_config(
    Context& ctx, const api::PutFunctionRecursionConfigRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  const api::GetFunctionRecursionConfigResponse kept = {.RecursiveLoop = req.RecursiveLoop};
  return ctx.env.store.transact(
      functions::rows::domains_of(id),
      [&](storage::Txn& txn) -> Result<api::PutFunctionRecursionConfigResponse> {
        CUMULITE_TRY(require_function(txn, id));
        put_document<RecursionOp>(txn, {id, ""}, DocumentKind::kRecursion, kept);
        return api::PutFunctionRecursionConfigResponse{.RecursiveLoop = kept.RecursiveLoop};
      });
}

Result<api::GetFunctionRecursionConfigResponse> get_function_recursion_config(
    Context& ctx, const api::GetFunctionRecursionConfigRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(require_function(ctx.env.store, id));
  auto kept = find_document<RecursionOp>(ctx.env.store, {id, ""}, DocumentKind::kRecursion);
  if (kept) return std::move(*kept);
  return api::GetFunctionRecursionConfigResponse{.RecursiveLoop = "Terminate"};
}

}  // namespace cumulite::lambda
