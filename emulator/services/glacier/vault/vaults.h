#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/glacier/keys.h"
#include "emulator/services/glacier/records.h"
#include "protocol/result.h"

/// How operations come to the vault that they name.
namespace cumulite::glacier {

using Text = std::optional<std::string>;

/// The account that `accountId` means ("-": the caller's), after the checks that every call has to
/// pass: API version header, own account. Errors: MissingParameterValueException, AccessDenied.
Result<std::string> account_of(const Context& ctx, const Text& account_id, std::string_view action);

/// The vault that a call names, which need not exist. `action` is the operation's name.
Result<VaultRef> vault_of(const Context& ctx, const Text& account_id, const Text& name,
                          std::string_view action);

/// The vault, if it exists and no policy forbids the action; another account's if its access policy
/// allows it. Reads outside of the transaction: load_vault checks again inside.
Result<VaultRef> open_vault(const Context& ctx, const Text& account_id, const Text& name,
                            std::string_view action);

std::optional<VaultRecord> find_vault(const storage::Reader& reader, const VaultRef& vault);
/// Error: "Vault not found for ARN".
Result<VaultRecord> load_vault(const storage::Reader& reader, const VaultRef& vault);
void save_vault(storage::Txn& txn, const VaultRef& vault, const VaultRecord& record);

/// 1-255 characters of a-z, A-Z, 0-9, '_', '-' and '.'.
bool is_valid_vault_name(std::string_view name);

/// "2026-01-01T00:00:00.000Z".
std::string iso_time(std::int64_t unix_ms);

/// Rows a page of a listing has at most: the limit that was asked, if there was one, else
/// `most`. Error: not a number from 1 on.
Result<std::size_t> page_limit(const Text& limit, std::size_t most);

}  // namespace cumulite::glacier
