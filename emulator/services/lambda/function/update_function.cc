#include <utility>

#include "emulator/core/ids.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/code_signing/code_signing.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/function/code.h"
#include "emulator/services/lambda/function/configuration.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/service.h"
#include "emulator/services/lambda/version/versions.h"

namespace cumulite::lambda {
namespace {

/// The update is done at once; the answer shows the state in which the service answers: a new
/// version's, or that of an update, whose end is a revision of its own.
void show_in_progress(api::FunctionConfiguration& configuration) {
  if (configuration.Version != "$LATEST") {
    configuration.State = "Pending";
    configuration.StateReason = "The function is being created.";
    configuration.StateReasonCode = "Creating";
    configuration.LastUpdateStatus.reset();
    return;
  }
  configuration.RevisionId = ids::uuid();
  configuration.LastUpdateStatus = "InProgress";
  configuration.LastUpdateStatusReason = "The function is being created.";
  configuration.LastUpdateStatusReasonCode = "Creating";
}

/// Runs `change` on the function in a transaction that writes what came of it.
template <class Change>
Result<api::FunctionConfiguration> update(Context& ctx, const functions::FunctionId& id,
                                          const std::optional<std::string>& revision,
                                          Change change) {
  auto updated = ctx.env.store.transact(
      functions::rows::domains_of(id),
      [&](storage::Txn& txn) -> Result<api::FunctionConfiguration> {
        CUMULITE_ASSIGN(auto function, require_function(txn, id));
        if (revision && *revision != function.latest.configuration.RevisionId)
          return errors::revision_mismatch();
        CUMULITE_ASSIGN(auto shown, change(txn, function));
        functions::rows::put_function(txn, id, function);
        return shown;
      });
  if (updated.ok()) {
    functions_of(ctx).function_changed(id);
    show_in_progress(*updated);
  }
  return updated;
}

}  // namespace

Result<api::FunctionConfiguration> update_function_code(Context& ctx,
                                                        const api::UpdateFunctionCodeRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_ASSIGN(const auto current, require_function(ctx.env.store, id));
  CUMULITE_TRY(check_code_signing(ctx.env.store, code_signing_of(ctx.env.store, id)));
  CUMULITE_ASSIGN(auto code, receive_code(ctx, {req.ZipFile, req.S3Bucket, req.S3Key,
                                                req.S3ObjectVersion, req.ImageUri}));
  if (req.DryRun.value_or(false)) {
    if (req.RevisionId && req.RevisionId != current.latest.configuration.RevisionId)
      return errors::revision_mismatch();
    auto shown = current.latest.configuration;
    shown.CodeSha256 = code.sha256;
    shown.CodeSize = code.size_bytes;
    return shown;
  }
  return update(ctx, id, req.RevisionId,
                [&](storage::Txn& txn,
                    functions::StoredFunction& function) -> Result<api::FunctionConfiguration> {
                  CUMULITE_TRY(store_code(ctx, txn, code, function.latest));
                  auto& configuration = function.latest.configuration;
                  if (req.Architectures) configuration.Architectures = req.Architectures;
                  touch(ctx, configuration);
                  if (!req.Publish.value_or(false)) return configuration;
                  return publish(ctx, txn, id, function, "").configuration;
                });
}

Result<api::FunctionConfiguration> update_function_configuration(
    Context& ctx, const api::UpdateFunctionConfigurationRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  return update(ctx, id, req.RevisionId,
                [&](storage::Txn&,
                    functions::StoredFunction& function) -> Result<api::FunctionConfiguration> {
                  auto& configuration = function.latest.configuration;
                  CUMULITE_TRY(change_configuration(ctx, req, configuration));
                  return configuration;
                });
}

}  // namespace cumulite::lambda
