#pragma once

#include <string_view>

namespace rocksdb {
class Status;
}  // namespace rocksdb

namespace cumulite::storage {

/// Whether the status means that the disk (or quota) is full.
bool is_out_of_space(const rocksdb::Status& status);
/// Throws OutOfSpace or StorageError ("doing: reason") unless the status is ok.
void throw_unless_ok(const rocksdb::Status& status, std::string_view doing);

}  // namespace cumulite::storage
