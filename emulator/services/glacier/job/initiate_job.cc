#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/job/jobs.h"
#include "emulator/services/glacier/job/parameters.h"
#include "emulator/services/glacier/retrieval/limits.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

/// What the archive tells of its retrieval: size, range, hashes.
Result<void> describe_archive(const ArchiveRecord& archive,
                              const std::optional<std::string>& asked_range, JobRecord& job) {
  api::GlacierJobDescription& description = job.description;
  CUMULITE_TRY(set_range(asked_range, archive, job));
  description.ArchiveSizeInBytes = static_cast<std::int64_t>(archive.size_bytes);
  description.ArchiveSHA256TreeHash = archive.tree_hash;
  // The hash of a part is computed when the job completes.
  if (job.range_length == archive.size_bytes) description.SHA256TreeHash = archive.tree_hash;
  job.archive_description = archive.description;
  return {};
}

}  // namespace

Result<api::InitiateJobOutput> initiate_job(Context& ctx, const api::InitiateJobInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "InitiateJob"));
  if (!req.jobParameters) return errors::missing("jobParameters");
  JobRecord job;
  CUMULITE_ASSIGN(job.description, read_job_parameters(*req.jobParameters));
  const std::string id = ids::job_id(ctx.now_ms);
  job.description.JobId = id;
  job.description.VaultARN = vault.arn();
  job.description.CreationDate = iso_time(ctx.now_ms);
  storage::Domains domains = vault_domains(vault);
  domains.push_back(account_domain(vault.account, vault.region, keys::AccountRow::kUsage));
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_ASSIGN(VaultRecord record, load_vault(txn, vault));
    if (is_archive_job(job.description)) {
      CUMULITE_ASSIGN(const ArchiveRecord archive,
                      load_archive(txn, vault, *job.description.ArchiveId));
      CUMULITE_TRY(describe_archive(archive, req.jobParameters->RetrievalByteRange, job));
      CUMULITE_TRY(admit_retrieval(txn, ctx, vault, job));
    }
    job.number = ++record.jobs;
    job.due_ms = ctx.now_ms + job_duration_ms(ctx.env.settings.seed, vault.arn(), job);
    save_vault(txn, vault, record);
    save_job(txn, vault, job);
    ctx.env.due.schedule(txn, due_row(due::kJob, job.due_ms, vault, id));
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(domains, write));
  return api::InitiateJobOutput{vault.path() + "/jobs/" + id, id};
}

}  // namespace cumulite::glacier
