#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/clock/due_index.h"

/// Keys of the kDue space: `account | due_ms | kind | id`, so that an account's rows are in order
/// of time. Only DueIndex makes and parses them.
namespace cumulite::due_keys {

std::string row(const DueRow& row);
/// Every row of the account begins with it; empty for all accounts.
std::string account(std::string_view account);
/// The first possible key of the account at that time.
std::string at(std::string_view account, std::int64_t due_ms);
/// The row without its payload, or nullopt for a key that is not ours.
std::optional<DueRow> parse(std::string_view key);

}  // namespace cumulite::due_keys
