#pragma once

#include <optional>
#include <string>

#include "emulator/services/glacier/keys.h"

namespace cumulite::glacier {

/// The vault's access policy, as it was set.
std::optional<std::string> find_access_policy(const storage::Reader& reader, const VaultRef& vault);

}  // namespace cumulite::glacier
