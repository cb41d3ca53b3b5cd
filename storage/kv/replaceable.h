#pragma once

#include <functional>

#include "storage/kv/fence.h"
#include "storage/kv/store.h"

namespace cumulite::storage {

/// Puts other files at the place of a store's, and takes that back.
struct Exchange {
  std::function<void()> apply;
  std::function<void()> revert;
};

/// What an engine offers beside Store when all its rows can be exchanged at once: restoring a
/// snapshot. Every call of the store holds a pass of its fence.
class ReplaceableRows {
 public:
  virtual ~ReplaceableRows() = default;

  /// Whoever does several calls that belong together (a handler) holds a pass around them.
  virtual Fence& fence() = 0;
  /// Closes the rows, exchanges the files, opens what lies there then. The caller closed the fence.
  /// Throws StorageError when the new rows cannot be opened: the old ones are then there again.
  virtual void replace(const Exchange& exchange) = 0;
};

/// The engine's own side; every engine of this build has it.
ReplaceableRows& replaceable(Store& store);

}  // namespace cumulite::storage
