#include "emulator/services/glacier/archive/archives.h"

#include <algorithm>
#include <bit>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kDescriptionMax = 1'024;
constexpr std::size_t kReadBytes = 256 * 1024;

}  // namespace

Result<ArchiveRecord> load_archive(const storage::Reader& reader, const VaultRef& vault,
                                   std::string_view id) {
  const std::string key = keys::content(vault, keys::Content::kArchive, id);
  if (key.empty()) return errors::archive_not_found(id);
  const auto row = reader.get(spaces::kGlacier, key);
  if (!row) return errors::archive_not_found(id);
  return ArchiveRecord::decode(*row);
}

Blobs load_body(const storage::Reader& reader, const VaultRef& vault, std::string_view id,
                const ArchiveRecord& archive) {
  if (archive.parts == 0) return {archive.blob};
  const auto row =
      reader.get(spaces::kGlacier, keys::content(vault, keys::Content::kArchiveBody, id));
  if (!row) throw storage::StorageError("an archive's list of pieces is missing");
  return decode_blobs(*row);
}

void add_archive(storage::Txn& txn, Environment& env, const VaultRef& vault, VaultRecord& record,
                 std::string_view id, ArchiveRecord archive, const Blobs& blobs) {
  if (blobs.size() == 1) {
    archive.blob = blobs.front();
  } else {
    archive.parts = static_cast<std::uint32_t>(blobs.size());
    txn.put(spaces::kGlacier, keys::content(vault, keys::Content::kArchiveBody, id),
            encode_blobs(blobs));
  }
  txn.put(spaces::kGlacier, keys::content(vault, keys::Content::kArchive, id), archive.encode());
  record.archives += 1;
  record.size_bytes += archive.size_bytes;
  note_write(txn, env, vault, record, archive.created_ms);
  save_vault(txn, vault, record);
}

void note_write(storage::Txn& txn, Environment& env, const VaultRef& vault, VaultRecord& record,
                std::int64_t now_ms) {
  record.written_ms = now_ms;
  if (record.inventory_due) return;
  record.inventory_due = true;
  env.due.schedule(txn, due_row(due::kInventory, now_ms + kDayMs, vault, {}));
}

Result<void> check_description(std::string_view name, std::string_view description) {
  const bool printable = std::all_of(description.begin(), description.end(),
                                     [](char c) { return c >= ' ' && c <= '~'; });
  if (printable && description.size() <= kDescriptionMax) return {};
  // JSON has no place for bytes that are no UTF-8, which a header may hold.
  std::string shown(description.substr(0, kDescriptionMax));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return errors::invalid_value(name, shown);
}

bool is_tree_aligned(const ByteRange& range, std::uint64_t archive_size) {
  const std::uint64_t end = range.offset + range.length;
  if (range.length == 0 || end > archive_size || range.offset % kMebibyte != 0) return false;
  const std::uint64_t leaves = (range.length + kMebibyte - 1) / kMebibyte;
  const std::uint64_t node = std::bit_ceil(leaves);
  if (range.offset / kMebibyte % node != 0) return false;
  // A node is full, or the last of its level.
  return end == archive_size || range.length == node * kMebibyte;
}

std::string hash_range(Environment& env, const Blobs& blobs, const ByteRange& range) {
  const auto source = stream_segments(env.blobs, cut_segments(blobs, range));
  const auto hasher = checksum::make_hasher(checksum::Algorithm::kTreeHash);
  std::vector<char> buffer(kReadBytes);
  while (const std::size_t count = source->read(buffer.data(), buffer.size())) {
    hasher->update({buffer.data(), count});
  }
  return checksum::hex(hasher->finish());
}

}  // namespace cumulite::glacier
