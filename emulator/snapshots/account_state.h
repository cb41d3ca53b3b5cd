#pragma once

#include <string>
#include <string_view>

#include "emulator/core/environment.h"

/// The state of one account in a folder: `rows`, a file of its rows and small bodies, and
/// `bodies/<id>`, links to the large ones. The caller closed the store's fence.
namespace cumulite::snapshots {

/// Writes the account's rows of every part, and what waits for it: due rows, events, messages.
void save_account(Environment& env, std::string_view account, const std::string& directory);

/// Reads all of a saved account, changing nothing. Throws storage::StorageError if it is damaged.
void check_account(const std::string& directory);

/// Puts them at the place of what the account has now; bodies get new ids. Half done after a kill,
/// so the caller keeps note of it and does it again. Throws storage::StorageError.
void restore_account(Environment& env, std::string_view account, const std::string& directory);

}  // namespace cumulite::snapshots
