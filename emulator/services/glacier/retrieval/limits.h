#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "protocol/result.h"

/// What an account may retrieve: its data retrieval policy, and how many Expedited jobs there is
/// capacity for. Counted in the account's usage row, whose domain the callers hold.
namespace cumulite::glacier {

/// Whether the archive job may start; counts it if so. Errors: PolicyEnforcedException,
/// InsufficientCapacityException.
Result<void> admit_retrieval(storage::Txn& txn, const Context& ctx, const VaultRef& vault,
                             const JobRecord& job);
/// An Expedited job of the account is done.
void end_expedited(storage::Txn& txn, const VaultRef& vault);

/// How many Expedited jobs may be in progress at once in the account beside what provisioned
/// capacity gives: what the admin call set for the account, or for all, else the daemon's setting.
/// nullopt: any number.
std::optional<std::uint64_t> expedited_capacity(const storage::Reader& reader,
                                                const Settings& settings, std::string_view account);

/// The account's units of provisioned capacity that have not expired.
std::uint64_t provisioned_units(const storage::Reader& reader, std::string_view account,
                                std::string_view region, std::int64_t now_ms);

/// Answers /_cumulite/glacier/expedited-capacity: GET shows, POST `{"capacity": N | null,
/// "account": ID?}` sets and null takes the setting back.
void add_admin_paths(Environment& env);

}  // namespace cumulite::glacier
