#pragma once

#include <cstdint>
#include <string>

#include "emulator/services/glacier/records.h"
#include "protocol/result.h"

/// What InitiateJob was asked for, checked as far as that needs no rows.
namespace cumulite::glacier {

/// The description that the job starts with. Errors: MissingParameterValueException,
/// InvalidParameterValueException, NoLongerSupportedException (select).
Result<api::GlacierJobDescription> read_job_parameters(const api::JobParameters& parameters);

/// Cuts the range that was asked ("0-1048575", both ends included; absent: everything) out of an
/// archive. It begins at a MiB and ends before one, or with the archive.
Result<void> set_range(const std::optional<std::string>& asked, const ArchiveRecord& archive,
                       JobRecord& job);

/// How long a job takes: within the documented bounds of its tier, by the daemon's seed, the vault
/// and the job's number there. Milliseconds.
std::int64_t job_duration_ms(std::uint64_t seed, std::string_view vault_arn, const JobRecord& job);

bool is_archive_job(const api::GlacierJobDescription& description);
bool is_expedited(const api::GlacierJobDescription& description);

/// An unsigned decimal number and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace cumulite::glacier
