#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"

namespace cumulite {

/// Rows with from <= key < to.
struct RowRange {
  storage::Space space = 0;
  std::string from;
  std::string to;

  static RowRange below(storage::Space space, const std::string& prefix);
};

/// What a service tells snapshots of its rows: given to env.admin when the service starts.
class SnapshotPart {
 public:
  virtual ~SnapshotPart() = default;

  /// Where all rows of the account lie. Ranges do not overlap; some may be empty.
  virtual std::vector<RowRange> rows_of(std::string_view account) = 0;

  /// Bodies that a row of one of these ranges owns. Their references stand in its value as
  /// BlobRef::encode gives them.
  virtual std::vector<storage::BlobRef> bodies_of(const RowRange& range,
                                                  const storage::KeyValue& row) {
    (void)range;
    (void)row;
    return {};
  }

  /// The rows of the account (empty: all) were exchanged for others: forget what memory knows of
  /// the old ones, and read the new. Nobody else uses the store meanwhile.
  virtual void reload(std::string_view account) { (void)account; }
};

}  // namespace cumulite
