#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/archive/payload.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::glacier {

Result<api::ArchiveCreationOutput> upload_archive(Context& ctx,
                                                  const api::UploadArchiveInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "UploadArchive"));
  ArchiveRecord archive;
  archive.description = req.archiveDescription.value_or("");
  CUMULITE_TRY(check_description("x-amz-archive-description", archive.description));
  CUMULITE_ASSIGN(const std::string tree_hash, check_payload(ctx, req.checksum));
  archive.tree_hash = checksum::hex(tree_hash);
  archive.size_bytes = ctx.body->size_bytes();
  archive.created_ms = ctx.now_ms;
  const std::string id = ids::archive_id(ctx.now_ms);
  ctx.env.blobs.prepare(*ctx.body->spool);
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(VaultRecord record, load_vault(txn, vault));
    const Blobs blobs = {ctx.env.blobs.adopt(txn, *ctx.body->spool)};
    add_archive(txn, ctx.env, vault, record, id, archive, blobs);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return api::ArchiveCreationOutput{vault.path() + "/archives/" + id, archive.tree_hash, id};
}

}  // namespace cumulite::glacier
