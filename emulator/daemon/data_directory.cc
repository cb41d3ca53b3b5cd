#include "emulator/daemon/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

namespace cumulite {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = 0600;

std::string make_temporary() {
  std::string path = (fs::temp_directory_path() / "cumulite-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    throw std::runtime_error(
        fmt::format("cannot make a temporary directory like {}: {}", path, std::strerror(errno)));
  }
  return path;
}

}  // namespace

DataDirectory::DataDirectory(const std::string& path) : is_temporary_(path.empty()) {
  if (is_temporary_) {
    path_ = make_temporary();
    return;
  }
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path)) {
    throw std::runtime_error(fmt::format("cannot use {} as data directory: {}", path,
                                         error ? error.message() : "it is no directory"));
  }
  path_ = fs::absolute(path).lexically_normal().string();
  const std::string lock_path = path_ + "/lock";
  lock_ = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (lock_ < 0) {
    throw std::runtime_error(
        fmt::format("cannot write to the data directory {}: {}", path_, std::strerror(errno)));
  }
  // The kernel releases it when the process ends, however that happens.
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    close(lock_);
    throw std::runtime_error(
        fmt::format("the data directory {} is in use by another cumulite", path_));
  }
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) close(lock_);
  if (is_temporary_) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
}

}  // namespace cumulite
