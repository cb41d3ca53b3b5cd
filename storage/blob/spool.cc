#include "storage/blob/spool.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cumulite::storage {
namespace {

// Fewer, larger writes: below this size the system call costs more than the copy.
constexpr std::size_t kWriteBytes = 256 * 1024;
// The free space is looked at once in so many bytes.
constexpr std::uint64_t kLookAgainBytes = 4 * 1024 * 1024;

}  // namespace

SpoolFile::SpoolFile(BlobDirectory& directory, std::uint64_t id)
    : directory_(directory), id_(id), file_(directory.create_spool_file(id)) {}

SpoolFile::~SpoolFile() {
  if (adopted_) return;
  if (published_) {
    directory_.remove(id_);
  } else {
    directory_.remove_spool_file(id_);
  }
}

void SpoolFile::publish() {
  if (published_) return;
  // The bytes must be on disk before the name that a committed row will refer to.
  if (directory_.synced()) file_.sync();
  directory_.publish(id_);
  published_ = true;
}

BodySpool::BodySpool(BlobDirectory& directory, std::function<std::uint64_t()> next_id)
    : directory_(directory), next_id_(std::move(next_id)) {}

void BodySpool::append(std::string_view bytes) {
  if (!file_ && buffer_.size() + bytes.size() > kInlineBytesMax) {
    file_ = std::make_shared<SpoolFile>(directory_, next_id_());
  }
  if (!file_) {
    buffer_.append(bytes);
    return;
  }
  if (!buffer_.empty()) {
    const std::size_t filling = std::min(bytes.size(), kWriteBytes - buffer_.size());
    buffer_.append(bytes.substr(0, filling));
    bytes.remove_prefix(filling);
    if (buffer_.size() < kWriteBytes) return;
    flush();
  }
  if (bytes.size() >= kWriteBytes) {
    write(bytes);
  } else {
    buffer_.append(bytes);
  }
}

std::optional<std::string_view> BodySpool::memory() const {
  if (file_) return std::nullopt;
  return buffer_;
}

std::size_t BodySpool::read_at(std::uint64_t offset, char* data, std::size_t size) const {
  std::size_t done = 0;
  if (offset < written_bytes_) {
    const std::uint64_t on_disk = std::min<std::uint64_t>(size, written_bytes_ - offset);
    done = file_->file().read_at(offset, data, static_cast<std::size_t>(on_disk));
    offset += done;
  }
  if (offset >= written_bytes_ && offset < size_bytes() && done < size) {
    const auto start = static_cast<std::size_t>(offset - written_bytes_);
    const std::size_t rest = std::min(size - done, buffer_.size() - start);
    std::memcpy(data + done, buffer_.data() + start, rest);
    done += rest;
  }
  return done;
}

void BodySpool::prepare() {
  if (!file_) return;
  flush();
  file_->publish();
}

void BodySpool::flush() {
  write(buffer_);
  buffer_.clear();
}

void BodySpool::write(std::string_view bytes) {
  if (written_bytes_ + bytes.size() > checked_bytes_) {
    directory_.require_room(bytes.size());
    checked_bytes_ = written_bytes_ + bytes.size() + kLookAgainBytes;
  }
  file_->file().write_all(bytes);
  written_bytes_ += bytes.size();
}

}  // namespace cumulite::storage
