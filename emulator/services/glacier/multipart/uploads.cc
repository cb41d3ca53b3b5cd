#include "emulator/services/glacier/multipart/uploads.h"

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

void release_parts(storage::Txn& txn, Environment& env, const VaultRef& vault,
                   std::string_view id) {
  for (const auto& [offset, part] : load_parts(txn, vault, id)) env.blobs.release(txn, part.blob);
}

}  // namespace

Result<UploadRecord> load_upload(const storage::Reader& reader, const VaultRef& vault,
                                 std::string_view id) {
  const std::string key = keys::content(vault, keys::Content::kUpload, id);
  if (key.empty()) return errors::upload_not_found(id);
  const auto row = reader.get(spaces::kGlacier, key);
  if (!row) return errors::upload_not_found(id);
  return UploadRecord::decode(*row);
}

void save_upload(storage::Txn& txn, const VaultRef& vault, std::string_view id,
                 const UploadRecord& upload) {
  txn.put(spaces::kGlacier, keys::content(vault, keys::Content::kUpload, id), upload.encode());
}

std::vector<std::pair<std::uint64_t, PartRecord>> load_parts(const storage::Reader& reader,
                                                             const VaultRef& vault,
                                                             std::string_view id) {
  const std::string prefix = keys::parts(vault, id);
  const auto page =
      reader.range(spaces::kGlacier, prefix, storage::prefix_end(prefix), {.limit = kPartsMax});
  std::vector<std::pair<std::uint64_t, PartRecord>> parts;
  parts.reserve(page.rows.size());
  for (const auto& [key, value] : page.rows) {
    parts.emplace_back(keys::part_offset(key), PartRecord::decode(value));
  }
  return parts;
}

void finish_upload(storage::Txn& txn, Environment& env, const VaultRef& vault, std::string_view id,
                   std::string_view archive, std::int64_t now_ms) {
  const std::string parts = keys::parts(vault, id);
  txn.del_range(spaces::kGlacier, parts, storage::prefix_end(parts));
  txn.del(spaces::kGlacier, keys::content(vault, keys::Content::kUpload, id));
  txn.put(spaces::kGlacier, keys::content(vault, keys::Content::kFinishedUpload, id), archive);
  env.due.schedule(txn, due_row(due::kFinishedUpload, now_ms + kDayMs, vault, id));
}

std::optional<std::string> find_finished(const storage::Reader& reader, const VaultRef& vault,
                                         std::string_view id) {
  const std::string key = keys::content(vault, keys::Content::kFinishedUpload, id);
  return key.empty() ? std::nullopt : reader.get(spaces::kGlacier, key);
}

void expire_upload(Environment& env, const DueRow& row, std::int64_t now_ms) {
  const DueSubject subject = subject_of(row);
  env.store.transact(vault_domains(subject.vault), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    const auto upload = load_upload(txn, subject.vault, subject.id);
    if (!upload.ok()) return;
    if (upload->active_ms + kUploadIdleMs > now_ms) {
      return env.due.schedule(
          txn, due_row(due::kUpload, upload->active_ms + kUploadIdleMs, subject.vault, subject.id));
    }
    release_parts(txn, env, subject.vault, subject.id);
    finish_upload(txn, env, subject.vault, subject.id, {}, now_ms);
  });
}

void forget_upload(Environment& env, const DueRow& row, std::int64_t now_ms) {
  (void)now_ms;
  const DueSubject subject = subject_of(row);
  env.store.transact(vault_domains(subject.vault), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    txn.del(spaces::kGlacier,
            keys::content(subject.vault, keys::Content::kFinishedUpload, subject.id));
  });
}

}  // namespace cumulite::glacier
