#pragma once

#include <optional>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "protocol/result.h"

/// Jobs as rows.
namespace cumulite::glacier {

std::optional<JobRecord> find_job(const storage::Reader& reader, const VaultRef& vault,
                                  std::string_view id);
/// Error: "The job ID was not found".
Result<JobRecord> load_job(const storage::Reader& reader, const VaultRef& vault,
                           std::string_view id);
void save_job(storage::Txn& txn, const VaultRef& vault, const JobRecord& job);

/// The full description as JSON, absent members as null: what the notification carries.
std::string job_json(const api::GlacierJobDescription& description);

/// Tells the job's own topic, and the vault's if it asks for this kind of job; in the transaction
/// that completes it.
void announce(storage::Txn& txn, Environment& env, const VaultRef& vault, const JobRecord& job);

}  // namespace cumulite::glacier
