#include "storage/blob/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "storage/kv/store.h"

namespace cumulite::storage {

void throw_system_error(int error, std::string_view doing, const std::string& path) {
  const std::string message =
      fmt::format("{} {}: {}", doing, path, std::system_category().message(error));
  if (error == ENOSPC || error == EDQUOT) throw OutOfSpace(message);
  throw StorageError(message);
}

File::File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File File::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw_system_error(errno, "creating", path);
  return File(descriptor, path);
}

File File::open_if_exists(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno != ENOENT) throw_system_error(errno, "opening", path);
  return File(descriptor, path);
}

void File::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_system_error(errno, "writing", path_);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::size_t File::read_at(std::uint64_t offset, char* data, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(descriptor_, data + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      throw_system_error(errno, "reading", path_);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::uint64_t File::size_bytes() const {
  struct stat info = {};
  if (::fstat(descriptor_, &info) != 0) throw_system_error(errno, "looking at", path_);
  return static_cast<std::uint64_t>(info.st_size);
}

void File::sync() {
  if (::fsync(descriptor_) != 0) throw_system_error(errno, "syncing", path_);
}

}  // namespace cumulite::storage
