#include "emulator/core/spaces.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

/// A vault that was written to has its inventory within a day. What was deleted before it is
/// listed no longer.
void run_inventory(Environment& env, const DueRow& row, std::int64_t now_ms) {
  const VaultRef vault = subject_of(row).vault;
  env.store.transact(vault_domains(vault), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    auto record = find_vault(txn, vault);
    if (!record) return;
    record->inventory_ms = now_ms;
    record->inventory_archives = record->archives;
    record->inventory_due = false;
    save_vault(txn, vault, *record);
    const std::string deleted = keys::contents(vault, keys::Content::kDeleted);
    txn.del_range(spaces::kGlacier, deleted, storage::prefix_end(deleted));
  });
}

}  // namespace cumulite::glacier
