#include <algorithm>
#include <map>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/kms/operations.h"

namespace cumulite::kms {
namespace {

constexpr std::size_t kListAliasesDefault = 50;

/// Errors: ValidationException, NotAuthorizedException.
Result<void> check_alias_name(const std::string& name) {
  if (!name.starts_with(kAliasPrefix)) {
    return errors::validation(
        "Alias must start with the prefix \"alias/\". Please see "
        "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
  }
  if (name.size() == kAliasPrefix.size()) return errors::validation("Invalid identifier");
  if (name.starts_with(kManagedPrefix)) return errors::reserved_alias();
  if (name.find(':') != std::string::npos) {
    return errors::validation(name + " contains invalid characters for an alias");
  }
  return {};
}

/// The key that an alias is to mean.
Result<Found> find_target(Context& ctx, const std::string& id) {
  if (id.starts_with(kAliasPrefix) || id.find(":alias/") != std::string::npos) {
    return errors::validation("Aliases must refer to keys. Not aliases");
  }
  CUMULITE_ASSIGN(Found found, find_key(ctx, id, Named::kByKey));
  // An alias is of the account and Region of its key.
  if (found.place != place_of(ctx)) return errors::key_not_found(found.arn());
  if (!found.key.managed_alias.empty()) return errors::reserved_alias();
  if (found.key.deletion_ms != 0) {
    return errors::invalid_state(found.arn(), "is pending deletion");
  }
  return found;
}

/// Symmetric, MAC, or a pair of keys: an alias keeps to one kind.
std::string_view kind_of(const Key& key) {
  if (key.is_symmetric()) return "symmetric";
  return key.spec.starts_with("HMAC_") ? "HMAC" : "asymmetric";
}

Result<model::Unit> create_alias(Context& ctx, const api::CreateAliasRequest& req) {
  CUMULITE_TRY(check_alias_name(*req.AliasName));
  CUMULITE_ASSIGN(const Found target, find_target(ctx, *req.TargetKeyId));
  const Alias alias{*req.AliasName, target.key.id, ctx.now_ms, ctx.now_ms};
  CUMULITE_TRY(
      ctx.env.store.transact(place_domains(target.place), [&](storage::Txn& txn) -> Result<void> {
        if (load_alias(txn, target.place, alias.name)) {
          return errors::alias_exists(target.place.alias_arn(alias.name));
        }
        if (!load_key(txn, target.place, alias.key_id)) return errors::key_not_found(target.arn());
        txn.put(spaces::kKms, keys::alias(target.place, alias.name), encode_alias(alias));
        return {};
      }));
  return model::Unit{};
}

Result<model::Unit> update_alias(Context& ctx, const api::UpdateAliasRequest& req) {
  CUMULITE_TRY(check_alias_name(*req.AliasName));
  const Place place = place_of(ctx);
  if (!load_alias(ctx.env.store, place, *req.AliasName)) {
    return errors::alias_not_found(place.alias_arn(*req.AliasName));
  }
  CUMULITE_ASSIGN(const Found target, find_target(ctx, *req.TargetKeyId));
  CUMULITE_TRY(ctx.env.store.transact(place_domains(place), [&](storage::Txn& txn) -> Result<void> {
    auto alias = load_alias(txn, place, *req.AliasName);
    if (!alias) return errors::alias_not_found(place.alias_arn(*req.AliasName));
    const auto before = load_key(txn, place, alias->key_id);
    if (before && (kind_of(*before) != kind_of(target.key) || before->usage != target.key.usage)) {
      return errors::validation("Alias " + place.alias_arn(alias->name) +
                                " cannot be changed to a key of another type or usage.");
    }
    alias->key_id = target.key.id;
    alias->updated_ms = ctx.now_ms;
    txn.put(spaces::kKms, keys::alias(place, alias->name), encode_alias(*alias));
    return {};
  }));
  return model::Unit{};
}

Result<model::Unit> delete_alias(Context& ctx, const api::DeleteAliasRequest& req) {
  CUMULITE_TRY(check_alias_name(*req.AliasName));
  const Place place = place_of(ctx);
  CUMULITE_TRY(ctx.env.store.transact(place_domains(place), [&](storage::Txn& txn) -> Result<void> {
    if (!load_alias(txn, place, *req.AliasName)) {
      return errors::alias_not_found(place.alias_arn(*req.AliasName));
    }
    txn.del(spaces::kKms, keys::alias(place, *req.AliasName));
    return {};
  }));
  return model::Unit{};
}

/// Those of a Region by name. The keys of AWS's own that nobody used yet have no row: their aliases
/// are shown without a key, as AWS shows them.
std::map<std::string, Alias> aliases_in(const storage::Reader& reader, const Place& place) {
  std::map<std::string, Alias> all;
  for (std::string& name : managed_aliases()) {
    Alias unused;
    unused.name = name;
    all.emplace(std::move(name), std::move(unused));
  }
  for (Alias& alias : all_aliases(reader, place)) {
    std::string name = alias.name;
    all.insert_or_assign(std::move(name), std::move(alias));
  }
  return all;
}

api::AliasListEntry show_alias(const Place& place, const Alias& alias) {
  api::AliasListEntry entry;
  entry.AliasName = alias.name;
  entry.AliasArn = place.alias_arn(alias.name);
  if (alias.key_id.empty()) return entry;
  entry.TargetKeyId = alias.key_id;
  entry.CreationDate = model::Timestamp{alias.created_ms};
  entry.LastUpdatedDate = model::Timestamp{alias.updated_ms};
  return entry;
}

Result<api::ListAliasesResponse> list_aliases(Context& ctx, const api::ListAliasesRequest& req) {
  Place place = place_of(ctx);
  std::optional<std::string> key_id;
  if (req.KeyId) {
    CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
    place = found.place;
    key_id = found.key.id;
  }
  std::vector<Alias> shown;
  std::vector<std::string> names;
  for (auto& [name, alias] : aliases_in(ctx.env.store, place)) {
    if (key_id && alias.key_id != *key_id) continue;
    names.push_back(name);
    shown.push_back(alias);
  }
  const auto limit = req.Limit ? static_cast<std::size_t>(*req.Limit) : kListAliasesDefault;
  CUMULITE_ASSIGN(Slice slice, slice_of(names, req.Marker, limit));
  api::ListAliasesResponse answer;
  answer.Aliases.emplace();
  for (std::size_t i = slice.from; i < slice.to; ++i) {
    answer.Aliases->push_back(show_alias(place, shown[i]));
  }
  answer.Truncated = slice.next_marker.has_value();
  answer.NextMarker = std::move(slice.next_marker);
  return answer;
}

}  // namespace

std::span<const OperationRow> alias_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateAlias, &create_alias>(),
      row<api::op::DeleteAlias, &delete_alias>(),
      row<api::op::ListAliases, &list_aliases>(),
      row<api::op::UpdateAlias, &update_alias>(),
  };
  return rows;
}

}  // namespace cumulite::kms
