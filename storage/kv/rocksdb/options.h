#pragma once

#include <atomic>
#include <memory>

#include "storage/kv/store.h"

namespace rocksdb {
struct Options;
}  // namespace rocksdb

namespace cumulite::storage {

/// Set by the engine's threads when writing out rows or compacting failed.
using FailureFlag = std::shared_ptr<std::atomic<bool>>;

/// Engine settings for a small daemon: quick to open, capped in memory, few threads. The engine
/// does not recover from failures by itself: the owner of the flag calls Resume.
rocksdb::Options rocksdb_options(const StoreOptions& options, FailureFlag failed);

}  // namespace cumulite::storage
