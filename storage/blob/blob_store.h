#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/kv/store.h"

namespace cumulite::storage {

inline constexpr std::size_t kInlineBytesMax = 64 * 1024;

/// There is no blob behind this reference. Whoever read the reference without holding its row's
/// domain reads the row once more: the body may have been replaced in between.
class BlobNotFound : public StorageError {
 public:
  using StorageError::StorageError;
};

/// Where a body is: named in a service's metadata row, owned by that row. Two rows never share one
/// (see BlobStore::duplicate).
struct BlobRef {
  std::uint64_t id = 0;  ///< 0: the empty body, which is stored nowhere.
  std::uint64_t size_bytes = 0;
  bool in_file = false;

  /// Fixed 17 bytes; decode gives nullopt for any other length.
  std::string encode() const;
  static std::optional<BlobRef> decode(std::string_view bytes);
};

/// A body while it is received: memory up to kInlineBytesMax, then a file in the spool folder.
/// Destroying it before `BlobStore::adopt` drops what it holds.
class Spool {
 public:
  virtual ~Spool() = default;
  /// Throws OutOfSpace or StorageError; the spool is then only good for destruction.
  virtual void append(std::string_view bytes) = 0;
  virtual std::uint64_t size_bytes() const = 0;
  /// The whole body when it is still in memory, else nullopt.
  virtual std::optional<std::string_view> memory() const = 0;
  /// Copies `size` bytes from `offset` to `data`; returns how many there were. For verification
  /// before adoption (POST forms, S3 Select).
  virtual std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const = 0;
};

/// Reads a part of a body. Stays valid when the blob is released meanwhile.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  /// 0 at the end of the part. Throws StorageError.
  virtual std::size_t read(char* data, std::size_t size) = 0;
};

/// Object bodies: small ones as rows of `space`, others as a file each under DIR/blobs. The space
/// belongs in StoreOptions::unguarded_spaces: its rows are guarded by the rows that name them.
/// Thread-safe; a Spool is used by one thread at a time.
/// A blob comes into being and goes in the transaction of the row that names it; a file without a
/// committed row (the process was killed between) is removed by the sweep at open.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual std::unique_ptr<Spool> make_spool() = 0;
  /// Makes the spooled body durable as the store's durability asks (file written, synced with
  /// kFsync, renamed) before the transaction that will adopt it; outside of any lock. Idempotent.
  virtual void prepare(Spool& spool) = 0;
  /// Gives the body a name in the transaction; calls `prepare` if that was not done. On abort the
  /// spool holds it again.
  virtual BlobRef adopt(Txn& txn, Spool& spool) = 0;
  /// Stores bytes of at most kInlineBytesMax directly.
  virtual BlobRef put_inline(Txn& txn, std::string_view bytes) = 0;
  /// Drops the body with the transaction.
  virtual void release(Txn& txn, const BlobRef& blob) = 0;
  /// A second, independent blob with the same bytes: a hard link or a copied row, in constant
  /// memory.
  virtual BlobRef duplicate(Txn& txn, const BlobRef& blob) = 0;
  /// Opens bytes [offset, offset+length), cut at the end of the blob, for reading. Reading straight
  /// into 256 KiB buffers is the fast way. Throws BlobNotFound if the blob is not there.
  virtual std::unique_ptr<BlobReader> open(const BlobRef& blob, std::uint64_t offset,
                                           std::uint64_t length) = 0;
  /// The whole of an inline blob (or of a file of at most `bytes_max`) at once. Throws
  /// BlobNotFound, or TooLarge for a larger file.
  virtual std::string read_all(const BlobRef& blob, std::size_t bytes_max = kInlineBytesMax) = 0;
  /// Drops every body there is, for a reset of all data: the rows that name them go too. Spools
  /// stay.
  virtual void clear() = 0;
  /// Sum of the sizes of the blobs in files, for the admin page; hard links count once each.
  virtual std::uint64_t bytes_on_disk() const = 0;
};

/// Opens the blobs below `directory` (made if missing), sweeping files that no row names.
/// `store` must outlive the result; `space` is this store's alone.
std::unique_ptr<BlobStore> open_blob_store(Store& store, Space space, const std::string& directory,
                                           Durability durability);

}  // namespace cumulite::storage
