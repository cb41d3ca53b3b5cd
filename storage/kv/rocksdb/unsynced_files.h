#pragma once

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace cumulite::storage {

/// The usual files without any sync, for directories that power loss destroys anyway. Lives as long
/// as the process.
rocksdb::Env* unsynced_env();

}  // namespace cumulite::storage
