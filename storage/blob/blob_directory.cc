#include "storage/blob/blob_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "storage/blob/blob_store.h"
#include "storage/free_space.h"

namespace cumulite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBytes = 256 * 1024;

void make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw_system_error(errno, "creating", path);
  }
}

// The id in a file name, if it is one of ours.
std::optional<std::uint64_t> id_of(const std::string& name) {
  std::uint64_t id = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, id, 16);
  if (error != std::errc() || stop != end || name.size() != 16) return std::nullopt;
  return id;
}

}  // namespace

BlobDirectory::BlobDirectory(std::string directory, bool synced)
    : directory_(std::move(directory)), synced_(synced) {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) throw_system_error(error.value(), "creating", directory_);
  make_folder(directory_ + "/spool");
  make_folder(directory_ + "/blobs");
  if (synced_) sync_folder(directory_);
  for (const auto& entry : fs::directory_iterator(directory_ + "/spool")) {
    if (const auto id = id_of(entry.path().filename().string())) remove_spool_file(*id);
  }
}

void BlobDirectory::require_room(std::size_t size_bytes) const {
  if (free_bytes(directory_) < size_bytes + kFreeBelowBodiesBytes) {
    throw OutOfSpace("receiving a body: the disk is full");
  }
}

void BlobDirectory::publish(std::uint64_t id) {
  make_folder_of(id);
  const std::string from = spool_path(id);
  const std::string to = blob_path(id);
  if (::rename(from.c_str(), to.c_str()) != 0) throw_system_error(errno, "moving", from);
  if (synced_) sync_folder(folder_of(id));
}

void BlobDirectory::duplicate(std::uint64_t from, std::uint64_t to) {
  make_folder_of(to);
  if (!link_or_copy(blob_path(from), blob_path(to))) {
    throw BlobNotFound(fmt::format("there is no blob {:016x}", from));
  }
  if (synced_) sync_folder(folder_of(to));
}

void BlobDirectory::link_to(std::uint64_t id, const std::string& path) const {
  if (!link_or_copy(blob_path(id), path)) {
    throw BlobNotFound(fmt::format("there is no blob {:016x}", id));
  }
}

void BlobDirectory::link_from(const std::string& path, std::uint64_t id) {
  make_folder_of(id);
  if (!link_or_copy(path, blob_path(id))) {
    throw StorageError(fmt::format("the file {} is missing", path));
  }
  if (synced_) sync_folder(folder_of(id));
}

void BlobDirectory::forget() {
  for (auto& made : made_) made = false;
}

bool BlobDirectory::link_or_copy(const std::string& from, const std::string& to) const {
  int result = ::link(from.c_str(), to.c_str());
  if (result != 0 && errno == EEXIST) {
    // Only an orphan of a process that was killed can have this name.
    ::unlink(to.c_str());
    result = ::link(from.c_str(), to.c_str());
  }
  if (result == 0) return true;
  if (errno == ENOENT) return false;
  // File systems limit the links of a file, and some (or their containers) know none.
  if (errno != EMLINK && errno != EPERM && errno != EOPNOTSUPP && errno != EXDEV) {
    throw_system_error(errno, "linking", to);
  }
  return copy(from, to);
}

bool BlobDirectory::copy(const std::string& from, const std::string& to) const {
  const File source = File::open_if_exists(from);
  if (!source.is_open()) return false;
  File target = File::create(to);
  try {
    std::string buffer(kCopyBytes, '\0');
    std::uint64_t offset = 0;
    while (const std::size_t got = source.read_at(offset, buffer.data(), buffer.size())) {
      target.write_all({buffer.data(), got});
      offset += got;
    }
    if (synced_) target.sync();
  } catch (const StorageError&) {
    ::unlink(to.c_str());
    throw;
  }
  return true;
}

void BlobDirectory::remove_spool_file(std::uint64_t id) const noexcept {
  ::unlink(spool_path(id).c_str());
}

void BlobDirectory::remove(std::uint64_t id) const noexcept {
  ::unlink(blob_path(id).c_str());
}

std::vector<std::uint64_t> BlobDirectory::ids() const {
  std::vector<std::uint64_t> found;
  for (const auto& folder : fs::directory_iterator(directory_ + "/blobs")) {
    if (!folder.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (const auto id = id_of(entry.path().filename().string())) found.push_back(*id);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string BlobDirectory::folder_of(std::uint64_t id) const {
  // The low byte counts upwards, so that the 256 folders fill evenly.
  return fmt::format("{}/blobs/{:02x}", directory_, id & 0xFF);
}

std::string BlobDirectory::spool_path(std::uint64_t id) const {
  return fmt::format("{}/spool/{:016x}", directory_, id);
}

std::string BlobDirectory::blob_path(std::uint64_t id) const {
  return fmt::format("{}/blobs/{:02x}/{:016x}", directory_, id & 0xFF, id);
}

void BlobDirectory::make_folder_of(std::uint64_t id) {
  std::atomic<bool>& made = made_[id & 0xFF];
  if (made) return;
  make_folder(folder_of(id));
  if (synced_) sync_folder(directory_ + "/blobs");
  made = true;
}

void BlobDirectory::sync_folder(const std::string& path) const {
  File::open_if_exists(path).sync();
}

}  // namespace cumulite::storage
