#include "emulator/core/spaces.h"
#include "emulator/services/glacier/contents.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

/// Empty as of the last inventory, and not written to since. With immediate inventories every
/// moment is one.
bool may_delete(const VaultRecord& record, const Settings& settings) {
  if (record.archives != 0) return false;
  if (settings.glacier_inventory_immediate || record.written_ms == 0) return true;
  return record.inventory_archives == 0 && record.written_ms <= record.inventory_ms;
}

}  // namespace

Result<Unit> delete_vault(Context& ctx, const api::DeleteVaultInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "DeleteVault"));
  // Uploads in progress, jobs and configurations go with it, in as many steps as they need; the
  // vault itself with the last.
  const auto drop = [&](storage::Txn& txn) -> Result<bool> {
    CUMULITE_ASSIGN(const VaultRecord record, load_vault(txn, vault));
    if (!may_delete(record, ctx.env.settings)) return errors::vault_not_empty(vault.arn());
    if (drop_some(txn, ctx.env, keys::contents(vault))) return true;
    txn.del(spaces::kGlacier, keys::vault(vault));
    return false;
  };
  for (bool more = true; more;) {
    CUMULITE_ASSIGN(more, ctx.env.store.transact(vault_domains(vault), drop));
  }
  return Unit{};
}

}  // namespace cumulite::glacier
