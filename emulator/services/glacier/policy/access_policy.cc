#include "emulator/services/glacier/policy/access_policy.h"

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/policy/document.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

std::string policy_key(const VaultRef& vault) {
  return keys::configuration(vault, keys::Configuration::kAccessPolicy);
}

}  // namespace

std::optional<std::string> find_access_policy(const storage::Reader& reader,
                                              const VaultRef& vault) {
  return reader.get(spaces::kGlacier, policy_key(vault));
}

Result<Unit> set_vault_access_policy(Context& ctx, const api::SetVaultAccessPolicyInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "SetVaultAccessPolicy"));
  if (!req.policy) return errors::missing("policy");
  CUMULITE_TRY(check_policy_document(req.policy->Policy, vault.arn()));
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(load_vault(txn, vault));
    txn.put(spaces::kGlacier, policy_key(vault), *req.policy->Policy);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

Result<api::GetVaultAccessPolicyOutput> get_vault_access_policy(
    Context& ctx, const api::GetVaultAccessPolicyInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "GetVaultAccessPolicy"));
  auto policy = find_access_policy(ctx.env.store, vault);
  if (!policy) return errors::no_access_policy(vault.arn());
  api::GetVaultAccessPolicyOutput out;
  out.policy.emplace().Policy = std::move(policy);
  return out;
}

Result<Unit> delete_vault_access_policy(Context& ctx,
                                        const api::DeleteVaultAccessPolicyInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "DeleteVaultAccessPolicy"));
  ctx.env.store.transact(vault_domains(vault),
                         [&](storage::Txn& txn) { txn.del(spaces::kGlacier, policy_key(vault)); });
  return Unit{};
}

}  // namespace cumulite::glacier
