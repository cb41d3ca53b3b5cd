#include <array>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/job/jobs.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kJobsPageMax = 50;
/// Rows read at once while those that a filter leaves out are skipped.
constexpr std::size_t kScanRows = 200;

Result<void> check_filters(const api::ListJobsInput& req) {
  const auto& status = req.statuscode;
  if (status && *status != "InProgress" && *status != "Succeeded" && *status != "Failed") {
    return errors::invalid("The job status code is not valid: " + *status);
  }
  if (req.completed && *req.completed != "true" && *req.completed != "false") {
    return errors::invalid_value("completed", *req.completed);
  }
  return {};
}

bool passes(const api::GlacierJobDescription& job, const api::ListJobsInput& req) {
  if (req.statuscode && job.StatusCode != req.statuscode) return false;
  return !req.completed || job.Completed.value_or(false) == (*req.completed == "true");
}

}  // namespace

Result<api::GlacierJobDescription> describe_job(Context& ctx, const api::DescribeJobInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "DescribeJob"));
  CUMULITE_ASSIGN(JobRecord job, load_job(ctx.env.store, vault, req.jobId.value_or("")));
  return std::move(job.description);
}

Result<api::ListJobsOutput> list_jobs(Context& ctx, const api::ListJobsInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault, open_vault(ctx, req.accountId, req.vaultName, "ListJobs"));
  CUMULITE_TRY(check_filters(req));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.limit, kJobsPageMax));
  const std::string prefix = keys::contents(vault, keys::Content::kJob);
  std::string from = prefix;
  if (req.marker && !req.marker->empty()) {
    if (!ids::time_of(*req.marker)) return errors::invalid_value("marker", *req.marker);
    from = keys::content(vault, keys::Content::kJob, *req.marker);
  }
  api::ListJobsOutput out;
  auto& list = out.JobList.emplace();
  for (bool more = true; more;) {
    const auto page = ctx.env.store.range(spaces::kGlacier, from, storage::prefix_end(prefix),
                                          {.limit = kScanRows});
    for (const auto& [key, value] : page.rows) {
      auto description = JobRecord::decode(value).description;
      if (!passes(description, req)) continue;
      if (list.size() == limit) {
        out.Marker = description.JobId;
        return out;
      }
      list.push_back(std::move(description));
    }
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
  }
  return out;
}

}  // namespace cumulite::glacier
