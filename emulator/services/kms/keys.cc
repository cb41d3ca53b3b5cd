#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/row_service.h"
#include "emulator/services/kms/operations.h"
#include "emulator/services/kms/specs.h"

namespace cumulite::kms {
namespace {

constexpr std::size_t kListKeysDefault = 100;
constexpr std::string_view kExternal = "EXTERNAL";

api::KeyMetadata show_metadata(const Found& found) {
  const Key& key = found.key;
  api::KeyMetadata shown;
  shown.AWSAccountId = found.place.account;
  shown.KeyId = key.id;
  shown.Arn = found.arn();
  shown.CreationDate = model::Timestamp{key.created_ms};
  shown.Enabled = key.state() == "Enabled";
  shown.Description = key.description;
  shown.KeyUsage = key.usage;
  shown.KeyState = std::string(key.state());
  if (key.deletion_ms != 0) shown.DeletionDate = model::Timestamp{key.deletion_ms};
  shown.Origin = key.origin;
  shown.KeyManager = key.managed_alias.empty() ? "CUSTOMER" : "AWS";
  shown.CustomerMasterKeySpec = key.spec;
  shown.KeySpec = key.spec;
  auto algorithms = algorithms_of(key.spec, key.usage);
  if (key.usage == kEncryptDecrypt) shown.EncryptionAlgorithms = std::move(algorithms);
  if (key.usage == kSignVerify) shown.SigningAlgorithms = std::move(algorithms);
  if (key.usage == kGenerateVerifyMac) shown.MacAlgorithms = std::move(algorithms);
  shown.MultiRegion = key.is_multi_region;
  if (key.is_multi_region) {
    shown.MultiRegionConfiguration.emplace();
    shown.MultiRegionConfiguration->MultiRegionKeyType = "PRIMARY";
    shown.MultiRegionConfiguration->PrimaryKey = {found.arn(), found.place.region};
    shown.MultiRegionConfiguration->ReplicaKeys.emplace();
  }
  if (key.is_symmetric() && !key.materials.empty()) {
    shown.CurrentKeyMaterialId = key.materials.back().id;
  }
  return shown;
}

/// Errors: ValidationException, UnsupportedOperationException.
Result<void> choose_kind(const api::CreateKeyRequest& req, Key& key) {
  if (req.KeySpec && req.CustomerMasterKeySpec) {
    return errors::validation(
        "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
        "CustomerMasterKeySpec is deprecated.");
  }
  key.spec =
      req.KeySpec.value_or(req.CustomerMasterKeySpec.value_or(std::string(kSymmetricDefault)));
  if (!req.KeyUsage && !key.is_symmetric()) {
    return errors::validation(
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
  }
  key.usage = req.KeyUsage.value_or(std::string(kEncryptDecrypt));
  key.origin = req.Origin.value_or("AWS_KMS");
  if (req.CustomKeyStoreId || req.XksKeyId ||
      (key.origin != "AWS_KMS" && key.origin != kExternal)) {
    return not_implemented("CreateKey in a custom key store");
  }
  if (!is_built_spec(key.spec)) return not_implemented("CreateKey with KeySpec " + key.spec);
  if (key.usage == "KEY_AGREEMENT" && key.spec.starts_with("ECC_")) {
    return not_implemented("CreateKey with KeyUsage KEY_AGREEMENT");
  }
  if (!is_usage_of(key.spec, key.usage)) {
    return errors::validation("KeyUsage " + key.usage + " is not compatible with KeySpec " +
                              key.spec);
  }
  return {};
}

std::string new_key_id(bool is_multi_region) {
  std::string id = ids::uuid();
  if (!is_multi_region) return id;
  std::erase(id, '-');
  return "mrk-" + id;
}

Result<api::CreateKeyResponse> create_key(Context& ctx, const api::CreateKeyRequest& req) {
  Found made{place_of(ctx), {}};
  Key& key = made.key;
  CUMULITE_TRY(choose_kind(req, key));
  if (req.Policy) CUMULITE_TRY(check_policy(*req.Policy));
  if (req.Tags) CUMULITE_TRY(merge_tags(*req.Tags, key));
  key.description = req.Description.value_or("");
  key.policy = req.Policy.value_or(default_policy(made.place.account));
  key.is_multi_region = req.MultiRegion.value_or(false);
  key.id = new_key_id(key.is_multi_region);
  key.created_ms = ctx.now_ms;
  if (key.origin != kExternal) key.materials.push_back(new_material(key.spec, ctx.now_ms));
  ctx.env.store.transact(place_domains(made.place),
                         [&](storage::Txn& txn) { store_key(txn, made.place, key); });
  return api::CreateKeyResponse{show_metadata(made)};
}

Result<api::DescribeKeyResponse> describe_key(Context& ctx, const api::DescribeKeyRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKeyOrAlias));
  return api::DescribeKeyResponse{show_metadata(found)};
}

Result<api::ListKeysResponse> list_keys(Context& ctx, const api::ListKeysRequest& req) {
  const Place place = place_of(ctx);
  RowPageRequest asked{spaces::kKms, keys::all_keys(place)};
  asked.limit = req.Limit ? static_cast<std::size_t>(*req.Limit) : kListKeysDefault;
  asked.token = req.Marker;
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return errors::invalid_marker();
  api::ListKeysResponse answer;
  answer.Keys.emplace();
  for (const auto& row : page->rows) {
    const std::string id = row.key.substr(asked.prefix.size());
    answer.Keys->push_back({id, place.key_arn(id)});
  }
  answer.Truncated = page->next_token.has_value();
  answer.NextMarker = std::move(page->next_token);
  return answer;
}

Result<model::Unit> update_key_description(Context& ctx,
                                           const api::UpdateKeyDescriptionRequest& req) {
  CUMULITE_TRY(change_key(ctx, *req.KeyId, "UpdateKeyDescription", Change::kNotPendingDeletion,
                          [&](storage::Txn&, Found& found) -> Result<void> {
                            found.key.description = *req.Description;
                            return {};
                          }));
  return model::Unit{};
}

}  // namespace

std::span<const OperationRow> key_rows() {
  static const OperationRow rows[] = {
      // Primes take their time.
      row<api::op::CreateKey, &create_key>({.blocking = true}),
      row<api::op::DescribeKey, &describe_key>(),
      row<api::op::ListKeys, &list_keys>(),
      row<api::op::UpdateKeyDescription, &update_key_description>(),
  };
  return rows;
}

}  // namespace cumulite::kms
