#include <bit>
#include <charconv>

#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/archive/payload.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/multipart/uploads.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

/// A power of two from 1 MiB to 4 GiB: with 10,000 parts an archive has at most 40,000 GiB.
Result<std::uint64_t> read_part_size(const Text& text) {
  if (!text) return errors::invalid_part_size({});
  std::uint64_t size = 0;
  const char* end = text->data() + text->size();
  const auto [at, status] = std::from_chars(text->data(), end, size);
  if (status != std::errc{} || at != end || !std::has_single_bit(size) || size < kMebibyte ||
      size > kPayloadBytesMax) {
    return errors::invalid_part_size(*text);
  }
  return size;
}

}  // namespace

Result<api::InitiateMultipartUploadOutput> initiate_multipart_upload(
    Context& ctx, const api::InitiateMultipartUploadInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "InitiateMultipartUpload"));
  UploadRecord upload;
  upload.description = req.archiveDescription.value_or("");
  CUMULITE_TRY(check_description("x-amz-archive-description", upload.description));
  CUMULITE_ASSIGN(upload.part_size_bytes, read_part_size(req.partSize));
  upload.created_ms = ctx.now_ms;
  upload.active_ms = ctx.now_ms;
  const std::string id = ids::upload_id(ctx.now_ms);
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(load_vault(txn, vault));
    save_upload(txn, vault, id, upload);
    ctx.env.due.schedule(txn, due_row(due::kUpload, ctx.now_ms + kUploadIdleMs, vault, id));
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return api::InitiateMultipartUploadOutput{vault.path() + "/multipart-uploads/" + id, id};
}

}  // namespace cumulite::glacier
