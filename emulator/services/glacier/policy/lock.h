#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/services/glacier/keys.h"

namespace cumulite::glacier {

/// A vault lock: in progress for 24 hours, unless it is completed, then for ever.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-lock.html
struct LockRecord {
  std::string id;
  std::string policy;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;  ///< Of a lock in progress.
  bool locked = false;

  std::string encode() const;
  static LockRecord decode(std::string_view bytes);
};

std::optional<LockRecord> find_lock(const storage::Reader& reader, const VaultRef& vault);

}  // namespace cumulite::glacier
