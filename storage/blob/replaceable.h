#pragma once

#include <cstdint>
#include <string>

#include "storage/blob/blob_store.h"

namespace cumulite::storage {

/// What a blob store offers beside BlobStore to snapshots: its files by hard links, in constant
/// time each. Where the file system has no links, bytes are copied.
class ReplaceableBlobs {
 public:
  virtual ~ReplaceableBlobs() = default;

  /// Gives every body file a second name below `directory` (made). The store's fence is closed.
  virtual void link_all(const std::string& directory) = 0;
  /// The folder of the files was exchanged together with the rows: ids go on above all that either
  /// of the two has given out. The store's fence is closed.
  virtual void replaced() = 0;

  /// Gives the file of a body a second name at `path`. Throws BlobNotFound.
  virtual void link_to(const BlobRef& blob, const std::string& path) = 0;
  /// A new body with the bytes of the file at `path`, which stays.
  virtual BlobRef adopt_file(Txn& txn, const std::string& path, std::uint64_t size_bytes) = 0;
};

/// The blob store's own side; every blob store of this build has it.
ReplaceableBlobs& replaceable(BlobStore& blobs);

}  // namespace cumulite::storage
