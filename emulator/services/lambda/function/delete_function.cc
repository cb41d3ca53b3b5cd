#include <utility>

#include "emulator/core/helper_spaces.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/function/code.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

/// The whole function with its versions and all that was said about them.
void delete_all(Context& ctx, storage::Txn& txn, const functions::FunctionId& id,
                const functions::StoredFunction& function) {
  release_code(ctx, txn, function.latest);
  for (std::uint64_t number = 1; number <= function.last_version; ++number) {
    if (const auto version = functions::rows::find_version(txn, id, number))
      release_code(ctx, txn, *version);
  }
  if (function.reserved_concurrency) {
    txn.add(spaces::kLambda, functions::rows::reserved_key(id.account, id.region),
            -*function.reserved_concurrency);
  }
  const auto details = functions::rows::details_of(id);
  txn.del_range(spaces::kLambda, details, storage::prefix_end(details));
  txn.del(spaces::kLambda, functions::rows::function_key(id));
}

Result<void> delete_version(Context& ctx, storage::Txn& txn, const functions::QualifiedId& name) {
  const auto number = functions::version_number(name.qualifier);
  if (!number) {
    return errors::invalid_parameter("Deletion of aliases is not currently supported.");
  }
  const auto version = functions::rows::find_version(txn, name.id, *number);
  if (!version) return {};
  const auto aliases = functions::rows::documents_of(name.id, functions::DocumentKind::kAlias);
  const auto page = txn.range(spaces::kLambda, aliases, storage::prefix_end(aliases));
  for (const auto& row : page.rows) {
    auto rest = std::string_view(row.key).substr(aliases.size());
    const auto alias = functions::find_alias(txn, name.id, *storage::take_part(rest));
    if (alias && alias->FunctionVersion == name.qualifier) {
      return errors::resource_conflict(
          "Unable to delete version because the following aliases reference it: [" +
          alias->Name.value_or("") + "]");
    }
  }
  release_code(ctx, txn, *version);
  txn.del(spaces::kLambda, functions::rows::version_key(name.id, *number));
  return {};
}

}  // namespace

Result<api::DeleteFunctionResponse> delete_function(Context& ctx,
                                                    const api::DeleteFunctionRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  if (name.qualifier == "$LATEST") {
    return errors::invalid_parameter(
        "$LATEST version cannot be deleted without deleting the function.");
  }
  auto deleted = ctx.env.store.transact(
      functions::rows::domains_of(name.id), [&](storage::Txn& txn) -> Result<void> {
        CUMULITE_ASSIGN(const auto function, require_function(txn, name.id));
        if (!name.qualifier.empty()) return delete_version(ctx, txn, name);
        delete_all(ctx, txn, name.id, function);
        return {};
      });
  if (!deleted.ok()) return std::move(deleted).error();
  if (name.qualifier.empty()) {
    functions_of(ctx).function_deleted(name.id);
  } else {
    functions_of(ctx).function_changed(name.id);
  }
  ctx.response.status = 204;
  api::DeleteFunctionResponse res;
  res.StatusCode = 204;
  return res;
}

}  // namespace cumulite::lambda
