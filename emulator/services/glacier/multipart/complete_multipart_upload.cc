#include <charconv>

#include <fmt/format.h>

#include "emulator/core/records/shape_codec.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/multipart/uploads.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::glacier {

namespace {

/// A repeated call gets the first one's answer.
const model::Shape& answer_shape() {
  return *api::op::CompleteMultipartUpload::info().output;
}

Result<std::uint64_t> read_size(const Text& text) {
  if (!text) return errors::missing("x-amz-archive-size");
  std::uint64_t size = 0;
  const char* end = text->data() + text->size();
  const auto [at, status] = std::from_chars(text->data(), end, size);
  if (status != std::errc{} || at != end) {
    return errors::invalid_value("x-amz-archive-size", *text);
  }
  return size;
}

struct Assembled {
  Blobs blobs;
  std::uint64_t size_bytes = 0;
  std::string tree_hash;
};

/// Puts the parts together. They must follow one another without a gap, and only the last may be
/// shorter than the part size.
Result<Assembled> assemble(const storage::Reader& reader, const VaultRef& vault,
                           std::string_view id, const UploadRecord& upload) {
  Assembled made;
  std::string hashes;
  for (const auto& [offset, part] : load_parts(reader, vault, id)) {
    if (offset != made.size_bytes) {
      return errors::invalid(
          fmt::format("Missing content range: bytes {}-{}", made.size_bytes, offset - 1));
    }
    made.size_bytes += part.blob.size_bytes;
    made.blobs.push_back(part.blob);
    hashes += part.tree_hash;
  }
  if (made.blobs.empty()) {
    return errors::invalid(fmt::format("No parts were uploaded for the upload ID: {}", id));
  }
  if (upload.part_size_bytes * made.blobs.size() < made.size_bytes) {
    throw storage::StorageError("the parts of an upload overlap");
  }
  // Parts are aligned sub-trees of one size: their roots are a level of the archive's tree.
  made.tree_hash = checksum::hex(checksum::tree_hash_root(hashes));
  return made;
}

Result<void> check_assembled(const Assembled& made, const api::CompleteMultipartUploadInput& req,
                             std::uint64_t announced_size) {
  if (made.size_bytes != announced_size) {
    return errors::invalid_value("x-amz-archive-size", *req.archiveSize);
  }
  if (checksum::from_hex(*req.checksum) != checksum::from_hex(made.tree_hash)) {
    return errors::invalid_value("x-amz-sha256-tree-hash", *req.checksum);
  }
  return {};
}

}  // namespace

Result<api::ArchiveCreationOutput> complete_multipart_upload(
    Context& ctx, const api::CompleteMultipartUploadInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "CompleteMultipartUpload"));
  const std::string upload_id = req.uploadId.value_or("");
  CUMULITE_ASSIGN(const std::uint64_t announced_size, read_size(req.archiveSize));
  if (!req.checksum) return errors::missing("x-amz-sha256-tree-hash");
  const std::string id = ids::archive_id(ctx.now_ms);
  api::ArchiveCreationOutput out;
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(VaultRecord record, load_vault(txn, vault));
    const auto finished = find_finished(txn, vault, upload_id);
    if (finished && !finished->empty()) {
      decode_shape(answer_shape(), *finished, &out);
      return {};
    }
    CUMULITE_ASSIGN(const UploadRecord upload, load_upload(txn, vault, upload_id));
    CUMULITE_ASSIGN(Assembled made, assemble(txn, vault, upload_id, upload));
    CUMULITE_TRY(check_assembled(made, req, announced_size));
    ArchiveRecord archive;
    archive.created_ms = ctx.now_ms;
    archive.size_bytes = made.size_bytes;
    archive.description = upload.description;
    archive.tree_hash = made.tree_hash;
    add_archive(txn, ctx.env, vault, record, id, archive, made.blobs);
    out = {vault.path() + "/archives/" + id, made.tree_hash, id};
    finish_upload(txn, ctx.env, vault, upload_id, encode_shape(answer_shape(), &out), ctx.now_ms);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return out;
}

Result<Unit> abort_multipart_upload(Context& ctx, const api::AbortMultipartUploadInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "AbortMultipartUpload"));
  const std::string id = req.uploadId.value_or("");
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    // Aborting again succeeds for a while; aborting what was completed does not.
    const auto finished = find_finished(txn, vault, id);
    if (finished && finished->empty()) return {};
    CUMULITE_TRY(load_upload(txn, vault, id));
    for (const auto& [offset, part] : load_parts(txn, vault, id)) {
      ctx.env.blobs.release(txn, part.blob);
    }
    finish_upload(txn, ctx.env, vault, id, {}, ctx.now_ms);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

}  // namespace cumulite::glacier
