#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/glacier/keys.h"
#include "protocol/result.h"

namespace cumulite::glacier {

/// Refuses what the vault's lock policy denies (in progress or locked), in every mode of
/// authentication; and, with --auth=enforce, what its access policy denies. `action` is the
/// operation's name; `archive_age_days` that of the archive it deals with. Error: AccessDenied.
Result<void> check_vault_policies(const Context& ctx, const storage::Reader& reader,
                                  const VaultRef& vault, std::string_view action,
                                  std::optional<std::int64_t> archive_age_days = std::nullopt);

/// Refuses a call to another account's vault unless the vault's access policy allows it to the
/// caller's account, in every mode of authentication. Error: AccessDenied.
Result<void> check_foreign_call(const Context& ctx, const storage::Reader& reader,
                                const VaultRef& vault, std::string_view action);

}  // namespace cumulite::glacier
