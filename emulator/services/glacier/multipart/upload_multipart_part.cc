#include <charconv>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/payload.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/multipart/uploads.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::glacier {

namespace {

constexpr std::string_view kRangeUnit = "bytes ";

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// Offset of the part that "bytes 0-1048575/*" names; its length must be the body's.
Result<std::uint64_t> read_offset(const Text& range, std::uint64_t body_size) {
  if (!range) return errors::missing("Content-Range");
  const Error refusal = errors::invalid_value("Content-Range", *range);
  std::string_view rest = *range;
  if (!rest.starts_with(kRangeUnit)) return refusal;
  rest.remove_prefix(kRangeUnit.size());
  const auto first = take_number(rest);
  if (!first || !rest.starts_with('-')) return refusal;
  rest.remove_prefix(1);
  const auto last = take_number(rest);
  if (!last || rest != "/*" || *last < *first) return refusal;
  if (*last - *first + 1 != body_size) {
    return errors::invalid(fmt::format("Content-Range: {} is incompatible with Content-Length: {}",
                                       *range, body_size));
  }
  return *first;
}

/// Every part but the last is as large as all, and begins at a multiple of that.
Result<void> check_place(std::uint64_t offset, std::uint64_t size, const UploadRecord& upload) {
  const std::uint64_t part_size = upload.part_size_bytes;
  if (offset % part_size == 0 && size <= part_size && offset / part_size < kPartsMax) return {};
  return errors::invalid_value("Content-Range",
                               fmt::format("bytes {}-{}/*", offset, offset + size - 1));
}

}  // namespace

Result<api::UploadMultipartPartOutput> upload_multipart_part(
    Context& ctx, const api::UploadMultipartPartInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "UploadMultipartPart"));
  const std::string id = req.uploadId.value_or("");
  CUMULITE_TRY(load_upload(ctx.env.store, vault, id));
  const std::uint64_t size = ctx.body->size_bytes();
  PartRecord part;
  CUMULITE_ASSIGN(part.tree_hash, check_payload(ctx, req.checksum));
  CUMULITE_ASSIGN(const std::uint64_t offset, read_offset(req.range, size));
  ctx.env.blobs.prepare(*ctx.body->spool);
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(UploadRecord upload, load_upload(txn, vault, id));
    CUMULITE_TRY(check_place(offset, size, upload));
    const std::string key = keys::part(vault, id, offset);
    // A part that is sent again takes the place of the first.
    if (const auto before = txn.get(spaces::kGlacier, key)) {
      ctx.env.blobs.release(txn, PartRecord::decode(*before).blob);
    }
    part.blob = ctx.env.blobs.adopt(txn, *ctx.body->spool);
    txn.put(spaces::kGlacier, key, part.encode());
    upload.active_ms = ctx.now_ms;
    save_upload(txn, vault, id, upload);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return api::UploadMultipartPartOutput{checksum::hex(part.tree_hash)};
}

}  // namespace cumulite::glacier
