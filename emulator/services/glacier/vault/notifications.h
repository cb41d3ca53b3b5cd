#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/glacier/keys.h"
#include "storage/kv/store.h"

namespace cumulite::glacier {

/// The topic that the vault's notification configuration names for an event
/// ("ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"), if it names one.
std::optional<std::string> topic_for(const storage::Reader& reader, const VaultRef& vault,
                                     std::string_view event);

}  // namespace cumulite::glacier
