#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/job/jobs.h"
#include "emulator/services/glacier/job/parameters.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

constexpr std::string_view kUnit = "bytes=";

/// "bytes=0-1048575", "bytes=1048576-"; an end beyond the output is cut.
Result<ByteRange> read_range(std::string_view text, std::uint64_t size) {
  const std::string_view ends = text.starts_with(kUnit) ? text.substr(kUnit.size()) : text;
  const auto dash = ends.find('-');
  if (dash == std::string_view::npos) return errors::invalid_value("Range", text);
  const std::string_view right = ends.substr(dash + 1);
  const auto first = parse_number(ends.substr(0, dash));
  const auto last = right.empty() ? std::optional(size - 1) : parse_number(right);
  if (!first || !last || *last < *first || *first >= size) {
    return errors::invalid_value("Range", text);
  }
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

std::string content_type(const api::GlacierJobDescription& description) {
  if (is_archive_job(description)) return "application/octet-stream";
  return description.InventoryRetrievalParameters->Format == "CSV" ? "text/csv"
                                                                   : "application/json";
}

/// Tree hash of what is sent; nullopt where Glacier gives none: for inventories, and for what is
/// no node of the archive's tree.
std::optional<std::string> hash_of(Environment& env, const JobRecord& job, const Blobs& output,
                                   const ByteRange& sent) {
  const api::GlacierJobDescription& description = job.description;
  if (!is_archive_job(description)) return std::nullopt;
  if (sent.length == job.range_length) return description.SHA256TreeHash;
  const auto archive_size = static_cast<std::uint64_t>(*description.ArchiveSizeInBytes);
  if (!is_tree_aligned({job.range_offset, job.range_length}, archive_size)) return std::nullopt;
  if (!is_tree_aligned(sent, archive_size)) return std::nullopt;
  return hash_range(env, output, sent);
}

}  // namespace

Result<api::GetJobOutputOutput> get_job_output(Context& ctx, const api::GetJobOutputInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "GetJobOutput"));
  const std::string id = req.jobId.value_or("");
  CUMULITE_ASSIGN(const JobRecord job, load_job(ctx.env.store, vault, id));
  const auto row =
      ctx.env.store.get(spaces::kGlacier, keys::content(vault, keys::Content::kJobOutput, id));
  if (!row) return errors::job_not_ready(id);
  const Blobs output = decode_blobs(*row);
  const bool is_archive = is_archive_job(job.description);
  const std::uint64_t size =
      is_archive ? job.range_length
                 : static_cast<std::uint64_t>(*job.description.InventorySizeInBytes);

  api::GetJobOutputOutput out;
  ByteRange sent{0, size};
  out.status = 200;
  if (req.range) {
    CUMULITE_ASSIGN(sent, read_range(*req.range, size));
    out.status = 206;
    out.contentRange =
        fmt::format("bytes {}-{}/{}", sent.offset, sent.offset + sent.length - 1, size);
  }
  sent.offset += job.range_offset;  // From here on counted from the archive's beginning.
  out.checksum = hash_of(ctx.env, job, output, sent);
  out.acceptRanges = "bytes";
  out.contentType = content_type(job.description);
  if (!job.archive_description.empty()) out.archiveDescription = job.archive_description;
  ctx.response.stream = stream_segments(ctx.env.blobs, cut_segments(output, sent));
  ctx.response.stream_length = sent.length;
  return out;
}

}  // namespace cumulite::glacier
