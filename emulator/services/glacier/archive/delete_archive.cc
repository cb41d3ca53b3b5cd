#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/policy/enforcement.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

void remove_archive(storage::Txn& txn, Environment& env, const VaultRef& vault, std::string_view id,
                    const ArchiveRecord& archive) {
  for (const auto& blob : load_body(txn, vault, id, archive)) env.blobs.release(txn, blob);
  txn.del(spaces::kGlacier, keys::content(vault, keys::Content::kArchive, id));
  if (archive.parts != 0) {
    txn.del(spaces::kGlacier, keys::content(vault, keys::Content::kArchiveBody, id));
  }
}

/// The last inventory goes on listing what it listed.
void keep_for_inventory(storage::Txn& txn, const VaultRef& vault, const VaultRecord& record,
                        std::string_view id, ArchiveRecord archive) {
  if (record.inventory_ms == 0 || archive.created_ms > record.inventory_ms) return;
  archive.blob = {};
  archive.parts = 0;
  txn.put(spaces::kGlacier, keys::content(vault, keys::Content::kDeleted, id), archive.encode());
}

}  // namespace

Result<Unit> delete_archive(Context& ctx, const api::DeleteArchiveInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "DeleteArchive"));
  const std::string id = req.archiveId.value_or("");
  if (!ids::time_of(id)) return errors::archive_not_found(id);
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(VaultRecord record, load_vault(txn, vault));
    const auto archive = load_archive(txn, vault, id);
    // Deleting again what is gone is no error.
    if (!archive.ok()) return {};
    const std::int64_t age_days = (ctx.now_ms - archive->created_ms) / kDayMs;
    CUMULITE_TRY(check_vault_policies(ctx, txn, vault, "DeleteArchive", age_days));
    remove_archive(txn, ctx.env, vault, id, *archive);
    keep_for_inventory(txn, vault, record, id, *archive);
    record.archives -= 1;
    record.size_bytes -= archive->size_bytes;
    note_write(txn, ctx.env, vault, record, ctx.now_ms);
    save_vault(txn, vault, record);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

}  // namespace cumulite::glacier
