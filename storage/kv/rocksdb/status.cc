#include "storage/kv/rocksdb/status.h"

#include <string>

#include <fmt/format.h>
#include <rocksdb/status.h>

#include "storage/kv/store.h"

namespace cumulite::storage {

bool is_out_of_space(const rocksdb::Status& status) {
  // Quotas (EDQUOT) reach us as an I/O error without a code of their own.
  return status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit ||
         (status.IsIOError() && status.ToString().find("quota exceeded") != std::string::npos);
}

void throw_unless_ok(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return;
  const std::string message = fmt::format("{}: {}", doing, status.ToString());
  if (is_out_of_space(status)) throw OutOfSpace(message);
  throw StorageError(message);
}

}  // namespace cumulite::storage
