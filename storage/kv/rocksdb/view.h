#pragma once

#include <memory>

#include "storage/kv/fence.h"
#include "storage/kv/store.h"

namespace rocksdb {
class DB;
}  // namespace rocksdb

namespace cumulite::storage {

/// Reads through a snapshot of RocksDB's, which goes with the result.
std::unique_ptr<Reader> make_rocksdb_view(rocksdb::DB& db, Fence& fence);

}  // namespace cumulite::storage
