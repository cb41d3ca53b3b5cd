#include "emulator/core/snapshot_part.h"

#include "storage/kv/key_codec.h"

namespace cumulite {

RowRange RowRange::below(storage::Space space, const std::string& prefix) {
  return {space, prefix, storage::prefix_end(prefix)};
}

}  // namespace cumulite
