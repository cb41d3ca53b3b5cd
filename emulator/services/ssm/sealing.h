#pragma once

#include <string>
#include <string_view>

#include "storage/kv/store.h"

/// SecureString at rest: AES-256-GCM under a key that each account of the data directory has of its
/// own. The key is a row beside what it seals, so that snapshots and exports of an account can be
/// read elsewhere: it keeps values out of sight of whoever looks over the files, and no more.
namespace cumulite::ssm {

/// The account's key; makes it when there is none yet.
std::string sealing_key(storage::Store& store, std::string_view account);

std::string seal(std::string_view key, std::string_view text);
/// Throws storage::StorageError if it was not sealed with that key.
std::string unseal(std::string_view key, std::string_view sealed);

}  // namespace cumulite::ssm
