#include <utility>

#include "emulator/core/ids.h"
#include "emulator/functions/store/function_rows.h"
#include "emulator/services/lambda/code_signing/code_signing.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/function/code.h"
#include "emulator/services/lambda/function/configuration.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/version/versions.h"

namespace cumulite::lambda {
namespace {

/// Other operations look for a name of any length and do not find it.
Result<void> check_new_name(const Context& ctx, const functions::FunctionId& id) {
  constexpr std::size_t kNameLengthMax = 64;
  if (id.name.size() > kNameLengthMax) {
    return errors::invalid_parameter(
        errors::constraint(id.name, "functionName",
                           "Member must have length less than or equal to 64")
            .message);
  }
  if (id.account != ctx.caller.account_id) {
    return Error{
        "AccessDeniedException",
        "User is not authorized to perform: lambda:CreateFunction on resource: " + id.arn(), 403};
  }
  return {};
}

}  // namespace

Result<api::FunctionConfiguration> create_function(Context& ctx,
                                                   const api::CreateFunctionRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(check_new_name(ctx, id));
  if (functions::rows::find_function(ctx.env.store, id)) return errors::function_exists(id.name);
  functions::StoredFunction function;
  CUMULITE_ASSIGN(function.latest.configuration, make_configuration(ctx, id, req));
  CUMULITE_ASSIGN(auto code,
                  receive_code(ctx, {req.Code->ZipFile, req.Code->S3Bucket, req.Code->S3Key,
                                     req.Code->S3ObjectVersion, req.Code->ImageUri}));
  if (req.Tags) function.tags = *req.Tags;
  if (function.tags.size() > errors::kTagsMax) return errors::too_many_tags();
  const auto signing = req.CodeSigningConfigArn.value_or("");
  if (!signing.empty()) CUMULITE_TRY(require_code_signing(ctx.env.store, signing));
  CUMULITE_TRY(check_code_signing(ctx.env.store, signing));
  auto created =
      ctx.env.store.transact(functions::rows::domains_of(id),
                             [&](storage::Txn& txn) -> Result<api::FunctionConfiguration> {
                               if (functions::rows::find_function(txn, id))
                                 return errors::function_exists(id.name);
                               auto made = function;
                               CUMULITE_TRY(store_code(ctx, txn, code, made.latest));
                               auto shown = made.latest.configuration;
                               if (req.Publish.value_or(false))
                                 shown = publish(ctx, txn, id, made, "").configuration;
                               functions::rows::put_function(txn, id, made);
                               if (!signing.empty()) put_code_signing(txn, id, signing);
                               return shown;
                             });
  if (!created.ok()) return created;
  // It is active at once; the answer shows the state in which the service answers.
  created->State = "Pending";
  created->StateReason = "The function is being created.";
  created->StateReasonCode = "Creating";
  created->LastUpdateStatus.reset();
  // The version that it publishes is named, and the function's ARN told.
  created->FunctionArn = id.arn();
  // Becoming active is a revision of its own.
  created->RevisionId = ids::uuid();
  return created;
}

}  // namespace cumulite::lambda
