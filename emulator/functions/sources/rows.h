#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/snapshot_part.h"
#include "emulator/functions/function.h"

/// Rows of event sources in spaces::kFunctions, and the only place that makes their keys:
///
///     s account region id                                the event source
///     p account region id shard factor lane              how far a stream was read
namespace cumulite::functions::rows {

std::string source(const Scope& scope, std::string_view id);
/// Every event source of the account; of all if it is empty.
std::string sources(std::string_view account);
/// Prefix of all positions of a source.
std::string positions(const Scope& scope, std::string_view id);
/// Prefix of the positions in one shard.
std::string positions(const Scope& scope, std::string_view id, std::string_view shard);
std::string position(std::string_view shard_prefix, std::uint64_t factor, std::uint64_t lane);
std::vector<RowRange> of_account(std::string_view account);

}  // namespace cumulite::functions::rows
