#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kVaultsMax = 1'000;

bool is_full(const storage::Reader& reader, const std::string& prefix) {
  const auto page =
      reader.range(spaces::kGlacier, prefix, storage::prefix_end(prefix), {.limit = kVaultsMax});
  return page.rows.size() >= kVaultsMax;
}

}  // namespace

Result<api::CreateVaultOutput> create_vault(Context& ctx, const api::CreateVaultInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault, vault_of(ctx, req.accountId, req.vaultName, "CreateVault"));
  if (!is_valid_vault_name(vault.name)) return errors::invalid_value("vault name", vault.name);
  const std::string all = keys::vaults(vault.account, vault.region);
  storage::Domains domains = vault_domains(vault);
  domains.push_back(storage::Domain::exclusive_on(spaces::kGlacier, all));
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    if (find_vault(txn, vault)) return {};
    if (is_full(txn, all)) {
      return errors::limit_exceeded("The maximum number of vaults per account is 1000.");
    }
    VaultRecord record;
    record.created_ms = ctx.now_ms;
    save_vault(txn, vault, record);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(domains, write));
  return api::CreateVaultOutput{vault.path()};
}

}  // namespace cumulite::glacier
