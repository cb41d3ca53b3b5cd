#pragma once

#include "storage/kv/store.h"

namespace rocksdb {
struct Options;
}  // namespace rocksdb

namespace cumulite::storage {

/// Engine settings for a small daemon: quick to open, capped in memory, few threads.
rocksdb::Options rocksdb_options(const StoreOptions& options);

}  // namespace cumulite::storage
