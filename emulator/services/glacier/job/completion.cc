#include <optional>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/job/inventory.h"
#include "emulator/services/glacier/job/jobs.h"
#include "emulator/services/glacier/job/parameters.h"
#include "emulator/services/glacier/retrieval/limits.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

constexpr std::int64_t kOutputKeptMs = kDayMs;

void finish(JobRecord& job, std::int64_t now_ms, std::string_view status,
            std::string_view message) {
  job.description.Completed = true;
  job.description.CompletionDate = iso_time(now_ms);
  job.description.StatusCode = status;
  job.description.StatusMessage = message;
  job.expires_ms = now_ms + kOutputKeptMs;
}

/// Tree hash of a retrieved part of the archive, where it has one. Read before the transaction: it
/// may be gigabytes.
std::optional<std::string> hash_of_part(Environment& env, const VaultRef& vault,
                                        const JobRecord& job) {
  if (!is_archive_job(job.description) || job.description.SHA256TreeHash) return std::nullopt;
  const std::string id = job.description.ArchiveId.value_or("");
  const auto archive = load_archive(env.store, vault, id);
  const ByteRange range{job.range_offset, job.range_length};
  if (!archive.ok() || !is_tree_aligned(range, archive->size_bytes)) return std::nullopt;
  return hash_range(env, load_body(env.store, vault, id, *archive), range);
}

/// Takes a copy of the archive's blobs, which stays when the archive is deleted.
Blobs copy_archive(storage::Txn& txn, Environment& env, const VaultRef& vault, std::string_view id,
                   const ArchiveRecord& archive) {
  Blobs copies;
  for (const auto& blob : load_body(txn, vault, id, archive)) {
    copies.push_back(env.blobs.duplicate(txn, blob));
  }
  return copies;
}

/// Puts the output of the job into its row and marks the job.
void complete(storage::Txn& txn, Environment& env, const VaultRef& vault, JobRecord& job,
              storage::Spool* inventory, std::int64_t now_ms) {
  Blobs output;
  if (is_archive_job(job.description)) {
    const std::string id = job.description.ArchiveId.value_or("");
    const auto archive = load_archive(txn, vault, id);
    if (!archive.ok()) return finish(job, now_ms, "Failed", archive.error().message);
    output = copy_archive(txn, env, vault, id, *archive);
  } else {
    job.description.InventorySizeInBytes = static_cast<std::int64_t>(inventory->size_bytes());
    output = {env.blobs.adopt(txn, *inventory)};
  }
  txn.put(spaces::kGlacier, keys::content(vault, keys::Content::kJobOutput, *job.description.JobId),
          encode_blobs(output));
  finish(job, now_ms, "Succeeded", "Succeeded");
}

}  // namespace

void run_job(Environment& env, const DueRow& row, std::int64_t now_ms) {
  const auto [vault, id] = subject_of(row);
  auto job = find_job(env.store, vault, id);
  std::optional<std::string> part_hash;
  std::optional<std::string> marker;
  std::unique_ptr<storage::Spool> inventory;
  if (job) {
    part_hash = hash_of_part(env, vault, *job);
    if (!is_archive_job(job->description)) {
      inventory = write_inventory(env, vault, *job);
      marker = job->description.InventoryRetrievalParameters->Marker;
    }
  }
  storage::Domains domains = vault_domains(vault);
  domains.push_back(account_domain(vault.account, vault.region, keys::AccountRow::kUsage));
  env.store.transact(domains, [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    job = find_job(txn, vault, id);
    if (!job) return;
    if (part_hash) job->description.SHA256TreeHash = part_hash;
    if (inventory) job->description.InventoryRetrievalParameters->Marker = marker;
    complete(txn, env, vault, *job, inventory.get(), now_ms);
    if (is_expedited(job->description)) end_expedited(txn, vault);
    save_job(txn, vault, *job);
    env.due.schedule(txn, due_row(due::kJobExpiry, job->expires_ms, vault, id));
    announce(txn, env, vault, *job);
  });
}

void expire_job(Environment& env, const DueRow& row, std::int64_t now_ms) {
  (void)now_ms;
  const auto [vault, id] = subject_of(row);
  env.store.transact(vault_domains(vault), [&, &vault = vault, &id = id](storage::Txn& txn) {
    env.due.remove(txn, row);
    const std::string key = keys::content(vault, keys::Content::kJobOutput, id);
    if (const auto output = txn.get(spaces::kGlacier, key)) {
      for (const auto& blob : decode_blobs(*output)) env.blobs.release(txn, blob);
      txn.del(spaces::kGlacier, key);
    }
    txn.del(spaces::kGlacier, keys::content(vault, keys::Content::kJob, id));
  });
}

}  // namespace cumulite::glacier
