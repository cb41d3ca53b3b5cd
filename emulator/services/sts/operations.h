#pragma once

#include "api/sts.h"
#include "emulator/core/service.h"

/// One function an operation, and their rows.
namespace cumulite::sts {

std::span<const OperationRow> operation_rows();

Result<api::GetCallerIdentityResponse> get_caller_identity(
    Context& ctx, const api::GetCallerIdentityRequest& req);
Result<api::AssumeRoleResponse> assume_role(Context& ctx, const api::AssumeRoleRequest& req);
Result<api::AssumeRoleWithWebIdentityResponse> assume_role_with_web_identity(
    Context& ctx, const api::AssumeRoleWithWebIdentityRequest& req);
Result<api::GetSessionTokenResponse> get_session_token(Context& ctx,
                                                       const api::GetSessionTokenRequest& req);
Result<api::GetFederationTokenResponse> get_federation_token(
    Context& ctx, const api::GetFederationTokenRequest& req);
Result<api::GetAccessKeyInfoResponse> get_access_key_info(Context& ctx,
                                                          const api::GetAccessKeyInfoRequest& req);

}  // namespace cumulite::sts
