#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "storage/blob/file.h"

namespace cumulite::storage {

/// The two folders of blob files: DIR/spool, where bodies grow, and DIR/blobs/<xx>/<id>, where
/// finished ones are. Paths are made of ids alone, never of what a user sent. Thread-safe.
class BlobDirectory {
 public:
  /// Makes the folders and drops what an earlier process left in DIR/spool. With `synced`, entries
  /// survive power loss once the call that made them returned.
  BlobDirectory(std::string directory, bool synced);

  /// Throws OutOfSpace if so many more bytes would take what is kept free for rows.
  void require_room(std::size_t size_bytes) const;

  File create_spool_file(std::uint64_t id) const { return File::create(spool_path(id)); }

  /// Moves a finished spool file to its place as a blob.
  void publish(std::uint64_t id);
  /// Gives the bytes of `from` a second name: a hard link, or a copy where the file system's limit
  /// of links is reached. Throws BlobNotFound if `from` is not there.
  void duplicate(std::uint64_t from, std::uint64_t to);

  /// An unopened File if there is none.
  File open(std::uint64_t id) const { return File::open_if_exists(blob_path(id)); }

  // Removing what is not there is no error; other failures leave a file for the next sweep.
  void remove_spool_file(std::uint64_t id) const noexcept;
  void remove(std::uint64_t id) const noexcept;

  /// Gives the file of `id` a second name at `path`, outside of these folders. Throws BlobNotFound.
  void link_to(std::uint64_t id, const std::string& path) const;
  /// Gives a file from outside the name of `id`.
  void link_from(const std::string& path, std::uint64_t id);
  /// The folder of the blobs was exchanged: nothing is known of what is in it.
  void forget();

  /// Ids of all blob files, ascending.
  std::vector<std::uint64_t> ids() const;

  /// Where the file of a blob lies.
  std::string path_of(std::uint64_t id) const { return blob_path(id); }

  bool synced() const { return synced_; }

 private:
  std::string folder_of(std::uint64_t id) const;
  std::string spool_path(std::uint64_t id) const;
  std::string blob_path(std::uint64_t id) const;
  void make_folder_of(std::uint64_t id);
  /// A hard link, or a copy; false if there is no file at `from`.
  bool link_or_copy(const std::string& from, const std::string& to) const;
  bool copy(const std::string& from, const std::string& to) const;
  void sync_folder(const std::string& path) const;

  std::string directory_;
  bool synced_;
  /// Folders that are known to exist.
  std::array<std::atomic<bool>, 256> made_ = {};
};

}  // namespace cumulite::storage
