#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "storage/blob/blob_directory.h"
#include "storage/blob/blob_store.h"

namespace cumulite::storage {

/// A body's file from the spool folder until a transaction adopts it; removes the file where it is
/// when nobody did. Shared by the spool and the transaction's commit action.
class SpoolFile {
 public:
  SpoolFile(BlobDirectory& directory, std::uint64_t id);
  ~SpoolFile();
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;

  std::uint64_t id() const { return id_; }

  File& file() { return file_; }

  /// Syncs (if the directory asks for it) and moves the file to its place. Idempotent.
  void publish();

  /// The row that names the file is committed.
  void adopted() { adopted_ = true; }

 private:
  BlobDirectory& directory_;
  std::uint64_t id_;
  File file_;
  bool published_ = false;
  bool adopted_ = false;
};

/// See Spool. Takes an id for its file only when the body outgrows memory.
class BodySpool final : public Spool {
 public:
  BodySpool(BlobDirectory& directory, std::function<std::uint64_t()> next_id);

  void append(std::string_view bytes) override;

  std::uint64_t size_bytes() const override { return written_bytes_ + buffer_.size(); }

  std::optional<std::string_view> memory() const override;
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const override;

  /// Writes out what is buffered and publishes the file; nothing for a body in memory.
  void prepare();

  /// Null while the body is in memory.
  const std::shared_ptr<SpoolFile>& file() const { return file_; }

 private:
  void flush();
  void write(std::string_view bytes);

  BlobDirectory& directory_;
  std::function<std::uint64_t()> next_id_;
  /// The whole body while there is no file, else its end that is not yet written.
  std::string buffer_;
  std::uint64_t written_bytes_ = 0;
  /// Up to here the disk was seen to have room.
  std::uint64_t checked_bytes_ = 0;
  std::shared_ptr<SpoolFile> file_;
};

}  // namespace cumulite::storage
