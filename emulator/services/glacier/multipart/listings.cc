#include <charconv>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/multipart/uploads.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/checksum/checksum.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kPageMax = 50;

std::string range_of(std::uint64_t offset, std::uint64_t size) {
  return fmt::format("{}-{}", offset, offset + size - 1);
}

/// The marker of ListParts is the range of the part where the page begins.
Result<std::uint64_t> offset_of_marker(const std::string& marker) {
  std::uint64_t offset = 0;
  const char* end = marker.data() + marker.size();
  const auto [at, status] = std::from_chars(marker.data(), end, offset);
  if (status != std::errc{} || (at != end && *at != '-')) {
    return errors::invalid_value("marker", marker);
  }
  return offset;
}

Text text_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : Text(text);
}

}  // namespace

Result<api::ListPartsOutput> list_parts(Context& ctx, const api::ListPartsInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault, open_vault(ctx, req.accountId, req.vaultName, "ListParts"));
  const std::string id = req.uploadId.value_or("");
  CUMULITE_ASSIGN(const UploadRecord upload, load_upload(ctx.env.store, vault, id));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.limit, kPageMax));
  std::uint64_t first = 0;
  if (req.marker && !req.marker->empty()) {
    CUMULITE_ASSIGN(first, offset_of_marker(*req.marker));
  }
  api::ListPartsOutput out;
  out.MultipartUploadId = id;
  out.VaultARN = vault.arn();
  out.ArchiveDescription = text_or_none(upload.description);
  out.PartSizeInBytes = static_cast<std::int64_t>(upload.part_size_bytes);
  out.CreationDate = iso_time(upload.created_ms);
  auto& list = out.Parts.emplace();
  const auto page =
      ctx.env.store.range(spaces::kGlacier, keys::part(vault, id, first),
                          storage::prefix_end(keys::parts(vault, id)), {.limit = limit + 1});
  for (const auto& [key, value] : page.rows) {
    const PartRecord part = PartRecord::decode(value);
    std::string range = range_of(keys::part_offset(key), part.blob.size_bytes);
    if (list.size() == limit) {
      out.Marker = std::move(range);
      break;
    }
    list.push_back({std::move(range), checksum::hex(part.tree_hash)});
  }
  return out;
}

Result<api::ListMultipartUploadsOutput> list_multipart_uploads(
    Context& ctx, const api::ListMultipartUploadsInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "ListMultipartUploads"));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.limit, kPageMax));
  const std::string prefix = keys::contents(vault, keys::Content::kUpload);
  std::string from = prefix;
  if (req.marker && !req.marker->empty()) {
    if (!ids::time_of(*req.marker)) return errors::invalid_value("marker", *req.marker);
    from = keys::content(vault, keys::Content::kUpload, *req.marker);
  }
  const auto page = ctx.env.store.range(spaces::kGlacier, from, storage::prefix_end(prefix),
                                        {.limit = limit + 1});
  api::ListMultipartUploadsOutput out;
  auto& list = out.UploadsList.emplace();
  for (const auto& [key, value] : page.rows) {
    std::string id = keys::id_of(key, prefix);
    if (list.size() == limit) {
      out.Marker = std::move(id);
      break;
    }
    const UploadRecord upload = UploadRecord::decode(value);
    list.push_back({std::move(id), vault.arn(), text_or_none(upload.description),
                    static_cast<std::int64_t>(upload.part_size_bytes),
                    iso_time(upload.created_ms)});
  }
  return out;
}

}  // namespace cumulite::glacier
