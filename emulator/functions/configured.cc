#include "emulator/functions/configured.h"

#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/functions/iso_time.h"
#include "storage/kv/key_codec.h"

namespace cumulite::functions {
namespace {

/// What stands where Lambda shows a handler.
std::string handler_of(const Function& function) {
  switch (function.runtime) {
    case Runtime::kExec:
      return function.command.front();
    case Runtime::kHttp:
      return function.url;
    case Runtime::kPlugin:
      return function.library;
  }
  return {};
}

api::lambda::FunctionConfiguration configuration_of(const Function& function, std::int64_t now_ms) {
  api::lambda::FunctionConfiguration configuration;
  configuration.FunctionName = function.name;
  configuration.FunctionArn = function.arn();
  configuration.Version = "$LATEST";
  configuration.Runtime = runtime_name(function.runtime);
  configuration.Handler = handler_of(function);
  configuration.Role = fmt::format("arn:aws:iam::{}:role/configured", function.account);
  configuration.Description = "";
  configuration.Timeout = static_cast<std::int32_t>(function.timeout_seconds);
  configuration.MemorySize = static_cast<std::int32_t>(function.memory_mb);
  configuration.CodeSize = 0;
  configuration.CodeSha256 = "";
  configuration.PackageType = "Zip";
  configuration.LastModified = lambda_time(now_ms);
  configuration.RevisionId = fmt::format("configured-{:x}", now_ms);
  configuration.State = "Active";
  configuration.LastUpdateStatus = "Successful";
  if (!function.environment.empty())
    configuration.Environment = {.Variables = function.environment};
  if (!function.dead_letter_arn.empty())
    configuration.DeadLetterConfig = {.TargetArn = function.dead_letter_arn};
  return configuration;
}

}  // namespace

void store_configured(storage::Store& store, const Function& function, std::int64_t now_ms) {
  const FunctionId id = {function.account, function.region, function.name};
  StoredFunction stored;
  stored.latest.configuration = configuration_of(function, now_ms);
  stored.latest.definition = to_json(function);
  stored.reserved_concurrency = function.concurrency;
  api::lambda::FunctionEventInvokeConfig retries;
  retries.FunctionArn = id.arn() + ":$LATEST";
  retries.LastModified = model::Timestamp{now_ms};
  retries.MaximumRetryAttempts = static_cast<std::int32_t>(function.retries);
  const auto document =
      encode_shape(*api::lambda::op::GetFunctionEventInvokeConfig::info().output, &retries);
  store.transact(rows::domains_of(id), [&](storage::Txn& txn) {
    const auto known = rows::find_function(txn, id);
    const auto had = known ? known->reserved_concurrency.value_or(0) : 0;
    txn.add(spaces::kLambda, rows::reserved_key(id.account, id.region), function.concurrency - had);
    rows::put_function(txn, id, stored);
    txn.put(spaces::kLambda, rows::document_key(id, DocumentKind::kEventInvoke, "$LATEST"),
            document);
  });
}

void remove_configured(storage::Store& store, const FunctionId& id) {
  store.transact(rows::domains_of(id), [&](storage::Txn& txn) {
    const auto known = rows::find_function(txn, id);
    if (!known) return;
    txn.add(spaces::kLambda, rows::reserved_key(id.account, id.region),
            -known->reserved_concurrency.value_or(0));
    const auto details = rows::details_of(id);
    txn.del_range(spaces::kLambda, details, storage::prefix_end(details));
    txn.del(spaces::kLambda, rows::function_key(id));
  });
}

}  // namespace cumulite::functions
