#pragma once

#include <string>

#include "emulator/services/glacier/keys.h"
#include "protocol/model/shape.h"

namespace cumulite::glacier {

/// The vault's tags, by key.
model::Map<std::string> load_tags(const storage::Reader& reader, const VaultRef& vault);

}  // namespace cumulite::glacier
