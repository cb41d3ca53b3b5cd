#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "emulator/services/dynamodb/database.h"
#include "storage/blob/blob_store.h"

/// The items of a table at one moment as one body: what backups keep, and what restores, exports
/// and new replicas are made from. In constant memory, because it goes to a spool. Read from a view
/// of the store that was opened while nobody wrote to the table, so it is exact and holds nobody
/// up; or, where the table is deleted or replicated with it, within that transaction.
namespace cumulite::dynamodb {

/// The store at a moment at which the table was this version and nobody was writing to it; null if
/// the table was changed meanwhile. For the length of a handler's call (storage/kv/view.h).
std::unique_ptr<storage::Reader> view_table(Database& db, const TableRef& ref);

/// A frame of a snapshot: length and bytes.
void append_frame(storage::Spool& spool, std::string_view bytes);

struct SnapshotTotals {
  std::int64_t items = 0;
  std::int64_t bytes = 0;  ///< DynamoDB's sizes of the items.
};

/// Writes the items as they were at `at_ms`, or are now. The reader is a view of the table, or a
/// transaction that holds `table_domains`.
SnapshotTotals write_snapshot(const storage::Reader& reader, const Table& table,
                              std::optional<std::int64_t> at_ms, storage::Spool& spool);

/// Reads frames one after the other.
class SnapshotReader {
 public:
  SnapshotReader(storage::BlobStore& blobs, const storage::BlobRef& blob);

  /// Nullopt at the end. Throws storage::StorageError for a body cut short.
  std::optional<std::string> next();

 private:
  /// Fills `size` bytes; false at the very end.
  bool read(char* data, std::size_t size);

  std::unique_ptr<storage::BlobReader> reader_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace cumulite::dynamodb
