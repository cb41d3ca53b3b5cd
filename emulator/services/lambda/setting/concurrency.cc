#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/functions/code/zip_archive.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/service.h"
#include "emulator/services/lambda/setting/provisioned.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

// What the service keeps for the functions without a reservation.
constexpr std::int64_t kUnreservedMin = 100;
constexpr std::int64_t kCodeStorageBytes = 80'530'636'800;
constexpr std::int64_t kZippedBytes = 52'428'800;

/// Reserves (nullopt: no longer), keeping the sum of all reservations.
Result<void> reserve(Context& ctx, const functions::FunctionId& id,
                     std::optional<std::int64_t> count) {
  const auto sum_key = functions::rows::reserved_key(id.account, id.region);
  const auto limit = functions_of(ctx).invoker().options().concurrency_max;
  return ctx.env.store.transact(
      functions::rows::domains_of(id), [&](storage::Txn& txn) -> Result<void> {
        CUMULITE_ASSIGN(auto function, require_function(txn, id));
        const auto change = count.value_or(0) - function.reserved_concurrency.value_or(0);
        const auto sum = txn.counter(spaces::kLambda, sum_key) + change;
        if (change > 0 && limit - sum < std::min(kUnreservedMin, limit)) {
          return errors::invalid_parameter(
              fmt::format("Specified ReservedConcurrentExecutions for function decreases "
                          "account's UnreservedConcurrentExecution below its minimum value of "
                          "[{}].",
                          std::min(kUnreservedMin, limit)));
        }
        function.reserved_concurrency = count;
        functions::rows::put_function(txn, id, function);
        txn.add(spaces::kLambda, sum_key, change);
        return {};
      });
}

}  // namespace

Result<api::Concurrency> put_function_concurrency(Context& ctx,
                                                  const api::PutFunctionConcurrencyRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName, Latest::kRefuse));
  if (!functions::rows::find_function(ctx.env.store, id)) {
    return errors::function_not_found(id.arn() + ":$LATEST");
  }
  const auto provisioned = provisioned_total(ctx.env.store, id);
  if (*req.ReservedConcurrentExecutions < provisioned) {
    return errors::invalid_parameter(
        fmt::format(" ReservedConcurrentExecutions  {} should not be lower than function's total "
                    "provisioned concurrency [{}].",
                    *req.ReservedConcurrentExecutions, provisioned));
  }
  CUMULITE_TRY(reserve(ctx, id, *req.ReservedConcurrentExecutions));
  return api::Concurrency{.ReservedConcurrentExecutions = req.ReservedConcurrentExecutions};
}

Result<api::GetFunctionConcurrencyResponse> get_function_concurrency(
    Context& ctx, const api::GetFunctionConcurrencyRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_ASSIGN(const auto function, require_function(ctx.env.store, id));
  api::GetFunctionConcurrencyResponse res;
  if (function.reserved_concurrency) {
    res.ReservedConcurrentExecutions = static_cast<std::int32_t>(*function.reserved_concurrency);
  }
  return res;
}

Result<model::Unit> delete_function_concurrency(Context& ctx,
                                                const api::DeleteFunctionConcurrencyRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(reserve(ctx, id, std::nullopt));
  return model::Unit{};
}

Result<api::GetAccountSettingsResponse> get_account_settings(
    Context& ctx, const api::GetAccountSettingsRequest& req) {
  (void)req;
  const auto& account = ctx.caller.account_id;
  const auto& region = ctx.caller.region;
  const auto& store = ctx.env.store;
  const auto limit = functions_of(ctx).invoker().options().concurrency_max;
  const auto reserved =
      store.counter(spaces::kLambda, functions::rows::reserved_key(account, region));
  api::GetAccountSettingsResponse res;
  res.AccountLimit = {
      .TotalCodeSize = kCodeStorageBytes,
      .CodeSizeUnzipped = static_cast<std::int64_t>(functions::kUnzippedBytesMax),
      .CodeSizeZipped = kZippedBytes,
      .ConcurrentExecutions = static_cast<std::int32_t>(limit),
      .UnreservedConcurrentExecutions = static_cast<std::int32_t>(limit - reserved)};
  std::int64_t count = 0;
  auto from = functions::rows::functions_of(account, region);
  const auto to = storage::prefix_end(from);
  for (bool more = true; more;) {
    const auto page = store.range(spaces::kLambda, from, to);
    count += static_cast<std::int64_t>(page.rows.size());
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
  }
  res.AccountUsage = {.TotalCodeSize = store.counter(
                          spaces::kLambda, functions::rows::code_bytes_key(account, region)),
                      .FunctionCount = count};
  return res;
}

}  // namespace cumulite::lambda
