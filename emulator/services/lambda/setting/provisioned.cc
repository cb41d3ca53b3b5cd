#include "emulator/services/lambda/setting/provisioned.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/functions/functions.h"
#include "emulator/functions/iso_time.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"
#include "emulator/services/lambda/service.h"
#include "storage/kv/key_codec.h"

/// Provisioned concurrency is kept and shown as ready at once. It changes nothing in how functions
/// run: warm processes are kept anyway, and none is started before its first event.
namespace cumulite::lambda {
namespace {

using functions::QualifiedId;
using ProvisionedOp = api::op::GetProvisionedConcurrencyConfig;

constexpr std::string_view kNotPublished =
    "The function resource provided must be an alias or a published version.";
constexpr auto kProvisioned = functions::DocumentKind::kProvisioned;

Error no_provisioned() {
  return {"ProvisionedConcurrencyConfigNotFoundException",
          "No Provisioned Concurrency Config found for this function", 404};
}

/// Versions and aliases have it, $LATEST has not; `refusal` says so.
Result<QualifiedId> provisioned_name(const Context& ctx, const std::optional<std::string>& function,
                                     const std::optional<std::string>& qualifier,
                                     std::string_view refusal) {
  CUMULITE_ASSIGN(auto name, resolve_name(ctx, function, qualifier));
  if (name.qualifier.empty() || name.qualifier == "$LATEST") {
    return errors::invalid_parameter(refusal);
  }
  CUMULITE_TRY(require_qualified(ctx.env.store, name));
  return name;
}

/// It is taken from what the account has not reserved, of which a part stays.
Result<void> check_count(const Context& ctx, std::int64_t count) {
  constexpr std::int64_t kKept = 100;
  const auto& caller = ctx.caller;
  const auto reserved = ctx.env.store.counter(
      spaces::kLambda, functions::rows::reserved_key(caller.account_id, caller.region));
  const auto free = functions_of(ctx).invoker().options().concurrency_max - reserved;
  if (count > free) {
    return errors::invalid_parameter(
        fmt::format("Specified ConcurrentExecutions for function is greater than account's "
                    "unreserved concurrency [{}].",
                    free));
  }
  if (free - count < std::min(kKept, free)) {
    return errors::invalid_parameter(
        fmt::format("Specified ConcurrentExecutions for function decreases account's "
                    "UnreservedConcurrentExecution below its minimum value of [{}].",
                    std::min(kKept, free)));
  }
  return {};
}

/// Together no more than the function has reserved.
Result<void> check_reserved(const Context& ctx, const QualifiedId& name, std::int64_t count) {
  CUMULITE_ASSIGN(const auto function, require_function(ctx.env.store, name.id));
  const auto others = provisioned_total(ctx.env.store, name.id, name.qualifier);
  if (others + count <= function.reserved_concurrency.value_or(others + count)) return {};
  return errors::invalid_parameter(
      "Requested Provisioned Concurrency should not be greater than the "
      "reservedConcurrentExecution for function");
}

}  // namespace

std::int64_t provisioned_total(const storage::Reader& reader, const functions::FunctionId& id,
                               std::string_view but_qualifier) {
  const auto prefix = functions::rows::documents_of(id, kProvisioned);
  std::int64_t total = 0;
  auto from = prefix;
  for (bool more = true; more;) {
    const auto page = reader.range(spaces::kLambda, from, storage::prefix_end(prefix));
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
    for (const auto& row : page.rows) {
      auto rest = std::string_view(row.key).substr(prefix.size());
      if (storage::take_part(rest) == but_qualifier) continue;
      ProvisionedOp::Output kept;
      decode_shape(*ProvisionedOp::info().output, row.value, &kept);
      total += kept.RequestedProvisionedConcurrentExecutions.value_or(0);
    }
  }
  return total;
}

Result<api::PutProvisionedConcurrencyConfigResponse> put_provisioned_concurrency_config(
    Context& ctx, const api::PutProvisionedConcurrencyConfigRequest& req) {
  CUMULITE_ASSIGN(
      const auto name,
      provisioned_name(
          ctx, req.FunctionName, req.Qualifier,
          "Provisioned Concurrency Configs cannot be applied to unpublished function versions."));
  const auto count = req.ProvisionedConcurrentExecutions;
  CUMULITE_TRY(check_reserved(ctx, name, count.value_or(0)));
  CUMULITE_TRY(check_count(ctx, count.value_or(0)));
  const ProvisionedOp::Output kept = {.RequestedProvisionedConcurrentExecutions = count,
                                      .AvailableProvisionedConcurrentExecutions = count,
                                      .AllocatedProvisionedConcurrentExecutions = count,
                                      .Status = "READY",
                                      .LastModified = functions::lambda_time(ctx.now_ms)};
  ctx.env.store.transact(functions::rows::domains_of(name.id), [&](storage::Txn& txn) {
    put_document<ProvisionedOp>(txn, name, kProvisioned, kept);
  });
  return api::PutProvisionedConcurrencyConfigResponse{
      .RequestedProvisionedConcurrentExecutions = count,
      .AllocatedProvisionedConcurrentExecutions = 0,
      .AvailableProvisionedConcurrentExecutions = 0,
      .Status = "IN_PROGRESS",
      .LastModified = kept.LastModified};
}

Result<api::GetProvisionedConcurrencyConfigResponse> get_provisioned_concurrency_config(
    Context& ctx, const api::GetProvisionedConcurrencyConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name,
                  provisioned_name(ctx, req.FunctionName, req.Qualifier, kNotPublished));
  auto kept = find_document<ProvisionedOp>(ctx.env.store, name, kProvisioned);
  if (!kept) return no_provisioned();
  return std::move(*kept);
}

Result<model::Unit> delete_provisioned_concurrency_config(
    Context& ctx, const api::DeleteProvisionedConcurrencyConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name,
                  provisioned_name(ctx, req.FunctionName, req.Qualifier, kNotPublished));
  ctx.env.store.transact(functions::rows::domains_of(name.id), [&](storage::Txn& txn) {
    txn.del(spaces::kLambda, functions::rows::document_key(name.id, kProvisioned, name.qualifier));
  });
  return model::Unit{};
}

Result<api::ListProvisionedConcurrencyConfigsResponse> list_provisioned_concurrency_configs(
    Context& ctx, const api::ListProvisionedConcurrencyConfigsRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(require_function(ctx.env.store, id));
  const auto prefix = functions::rows::documents_of(id, kProvisioned);
  CUMULITE_ASSIGN(const auto page, read_page(ctx.env.store, prefix, req.Marker, req.MaxItems));
  api::ListProvisionedConcurrencyConfigsResponse res;
  res.ProvisionedConcurrencyConfigs.emplace();
  for (const auto& row : page.rows) {
    auto rest = std::string_view(row.key).substr(prefix.size());
    const QualifiedId name = {id, storage::take_part(rest).value_or("")};
    const auto kept = find_document<ProvisionedOp>(ctx.env.store, name, kProvisioned);
    if (!kept) continue;
    api::ProvisionedConcurrencyConfigListItem item;
    item.FunctionArn = qualified_arn(name);
    item.RequestedProvisionedConcurrentExecutions = kept->RequestedProvisionedConcurrentExecutions;
    item.AvailableProvisionedConcurrentExecutions = kept->AvailableProvisionedConcurrentExecutions;
    item.AllocatedProvisionedConcurrentExecutions = kept->AllocatedProvisionedConcurrentExecutions;
    item.Status = kept->Status;
    item.LastModified = kept->LastModified;
    res.ProvisionedConcurrencyConfigs->push_back(std::move(item));
  }
  res.NextMarker = page.next_token;
  return res;
}

}  // namespace cumulite::lambda
