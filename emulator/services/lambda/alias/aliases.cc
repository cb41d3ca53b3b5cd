#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"

namespace cumulite::lambda {
namespace {

using functions::DocumentKind;
using functions::QualifiedId;

Result<void> check_version(const storage::Reader& reader, const functions::FunctionId& id,
                           const std::string& version) {
  if (version == "$LATEST" && functions::rows::find_function(reader, id)) return {};
  const auto number = functions::version_number(version);
  if (number && functions::rows::find_version(reader, id, *number)) return {};
  return errors::function_not_found(id.arn() + ":" + version);
}

/// Part of the invocations may go to one other version, none to $LATEST.
Result<void> check_routing(const storage::Reader& reader, const functions::FunctionId& id,
                           const api::AliasConfiguration& alias) {
  if (!alias.RoutingConfig || !alias.RoutingConfig->AdditionalVersionWeights) return {};
  const auto& weights = *alias.RoutingConfig->AdditionalVersionWeights;
  if (weights.empty()) return {};
  if (weights.size() > 1) {
    return errors::invalid_parameter(
        "Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  if (alias.FunctionVersion == "$LATEST" || weights.front().first == "$LATEST")
    return errors::invalid_parameter(
        "$LATEST is not supported for an alias pointing to more than "
        "1 version");
  if (weights.front().first == alias.FunctionVersion) {
    return errors::invalid_parameter(
        fmt::format("Invalid function version {}. Function version {} is already included in "
                    "routing configuration.",
                    weights.front().first, weights.front().first));
  }
  return check_version(reader, id, weights.front().first);
}

void set_routing(const std::optional<api::AliasRoutingConfiguration>& given,
                 api::AliasConfiguration& alias) {
  if (!given) return;
  alias.RoutingConfig.reset();
  if (given->AdditionalVersionWeights && !given->AdditionalVersionWeights->empty())
    alias.RoutingConfig = given;
}

/// Runs `change` on the alias in a transaction that writes what came of it.
template <class Change>
Result<api::AliasConfiguration> write_alias(Context& ctx, const QualifiedId& name, Change change) {
  return ctx.env.store.transact(
      functions::rows::domains_of(name.id),
      [&](storage::Txn& txn) -> Result<api::AliasConfiguration> {
        CUMULITE_ASSIGN(auto alias, change(functions::find_alias(txn, name.id, name.qualifier)));
        CUMULITE_TRY(check_version(txn, name.id, alias.FunctionVersion.value_or("")));
        CUMULITE_TRY(check_routing(txn, name.id, alias));
        alias.RevisionId = ids::uuid();
        put_document<api::op::GetAlias>(txn, name, DocumentKind::kAlias, alias);
        return alias;
      });
}

Result<QualifiedId> alias_name(const Context& ctx, const std::optional<std::string>& function,
                               const std::optional<std::string>& alias) {
  CUMULITE_ASSIGN(auto id, resolve_unqualified(ctx, function));
  return QualifiedId{std::move(id), alias.value_or("")};
}

}  // namespace

Result<api::AliasConfiguration> create_alias(Context& ctx, const api::CreateAliasRequest& req) {
  CUMULITE_ASSIGN(const auto name, alias_name(ctx, req.FunctionName, req.Name));
  using Known = std::optional<api::AliasConfiguration>;
  return write_alias(ctx, name, [&](const Known& known) -> Result<api::AliasConfiguration> {
    if (known) {
      return errors::resource_conflict("Alias already exists: " + qualified_arn(name));
    }
    api::AliasConfiguration alias;
    alias.AliasArn = qualified_arn(name);
    alias.Name = req.Name;
    alias.FunctionVersion = req.FunctionVersion;
    alias.Description = req.Description.value_or("");
    set_routing(req.RoutingConfig, alias);
    return alias;
  });
}

Result<api::AliasConfiguration> update_alias(Context& ctx, const api::UpdateAliasRequest& req) {
  CUMULITE_ASSIGN(const auto name, alias_name(ctx, req.FunctionName, req.Name));
  using Known = std::optional<api::AliasConfiguration>;
  return write_alias(ctx, name, [&](const Known& known) -> Result<api::AliasConfiguration> {
    if (!known) {
      return errors::resource_not_found("Alias not found: " + qualified_arn(name));
    }
    if (req.RevisionId && req.RevisionId != known->RevisionId) return errors::revision_mismatch();
    auto alias = *known;
    if (req.FunctionVersion) alias.FunctionVersion = req.FunctionVersion;
    if (req.Description) alias.Description = req.Description;
    set_routing(req.RoutingConfig, alias);
    return alias;
  });
}

Result<api::AliasConfiguration> get_alias(Context& ctx, const api::GetAliasRequest& req) {
  CUMULITE_ASSIGN(const auto name, alias_name(ctx, req.FunctionName, req.Name));
  auto alias = functions::find_alias(ctx.env.store, name.id, name.qualifier);
  if (!alias) return errors::alias_not_found(qualified_arn(name));
  return std::move(*alias);
}

Result<api::ListAliasesResponse> list_aliases(Context& ctx, const api::ListAliasesRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(require_function(ctx.env.store, id));
  CUMULITE_ASSIGN(const auto page,
                  read_page(ctx.env.store, functions::rows::documents_of(id, DocumentKind::kAlias),
                            req.Marker, req.MaxItems));
  api::ListAliasesResponse res;
  res.Aliases.emplace();
  for (const auto& row : page.rows) {
    api::AliasConfiguration alias;
    decode_shape(*api::op::GetAlias::info().output, row.value, &alias);
    if (!req.FunctionVersion || req.FunctionVersion == alias.FunctionVersion)
      res.Aliases->push_back(std::move(alias));
  }
  res.NextMarker = page.next_token;
  return res;
}

Result<model::Unit> delete_alias(Context& ctx, const api::DeleteAliasRequest& req) {
  CUMULITE_ASSIGN(const auto name, alias_name(ctx, req.FunctionName, req.Name));
  auto deleted = ctx.env.store.transact(
      functions::rows::domains_of(name.id), [&](storage::Txn& txn) -> Result<void> {
        CUMULITE_TRY(require_function(txn, name.id));
        // What was said about the alias goes with it; that it is gone already is no error.
        for (const auto kind :
             {DocumentKind::kAlias, DocumentKind::kEventInvoke, DocumentKind::kPolicy,
              DocumentKind::kProvisioned, DocumentKind::kUrl}) {
          txn.del(spaces::kLambda, functions::rows::document_key(name.id, kind, name.qualifier));
        }
        return {};
      });
  if (!deleted.ok()) return std::move(deleted).error();
  return model::Unit{};
}

}  // namespace cumulite::lambda
