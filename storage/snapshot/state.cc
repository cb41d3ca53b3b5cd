#include "storage/snapshot/state.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "storage/blob/file.h"
#include "storage/blob/replaceable.h"
#include "storage/kv/replaceable.h"

namespace cumulite::storage {
namespace {

namespace fs = std::filesystem;

// What of a data directory is exchanged; `spool` is only of bodies on their way.
constexpr std::array<const char*, 2> kParts = {"rows", "blobs"};

// A staged state grows under the first name. That it has the second is the decision to restore it:
// from then on, also after a kill, it takes the place of the present one.
std::string preparing(const std::string& data) {
  return data + "/incoming.new";
}

std::string incoming(const std::string& data) {
  return data + "/incoming";
}

std::string discarded(const std::string& data) {
  return data + "/discarded";
}

void sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw_system_error(errno, "opening", path);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  // Some file systems cannot sync a folder, and then need not.
  if (result != 0 && error != EINVAL) throw_system_error(error, "syncing", path);
}

/// Table files and bodies never change, so a second name is as good as a copy. What the engine
/// rewrites (its log, CURRENT, the manifest) has to be copied.
void place(const fs::path& from, const fs::path& to, bool may_link) {
  std::error_code error;
  if (may_link) {
    fs::create_hard_link(from, to, error);
    if (!error) return;
  }
  fs::copy_file(from, to, error);
  if (error) throw_system_error(error.value(), "copying", to.string());
}

void link_tree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (error) throw_system_error(error.value(), "creating", to.string());
  // An archive has no empty folders.
  if (!fs::exists(from)) return;
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path target = to / entry.path().filename();
    if (entry.is_directory()) {
      link_tree(entry.path(), target);
    } else {
      const bool is_row_file = from.filename() == "rows";
      place(entry.path(), target, !is_row_file || entry.path().extension() == ".sst");
    }
  }
}

void move(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw_system_error(error.value(), "moving", from);
}

void remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) throw_system_error(error.value(), "removing", path);
}

/// A place for what is put aside that nothing lies at.
std::string aside(const std::string& data) {
  for (unsigned number = 0;; ++number) {
    const std::string path = fmt::format("{}/{}", discarded(data), number);
    if (!fs::exists(path)) {
      fs::create_directories(path);
      return path;
    }
  }
}

/// From the decision on. Whichever of its steps were done before a kill, the others follow.
void take_incoming(const std::string& data, const std::string& old) {
  for (const char* part : kParts) {
    const std::string from = incoming(data) + "/" + part;
    const std::string to = data + "/" + part;
    if (!fs::exists(from)) continue;
    if (fs::exists(to)) move(to, old + "/" + part);
    move(from, to);
  }
  remove_tree(incoming(data));
}

void give_back(const std::string& data, const std::string& old) {
  for (const char* part : kParts) {
    if (!fs::exists(old + "/" + part)) continue;
    if (fs::exists(data + "/" + part)) remove_tree(data + "/" + part);
    move(old + "/" + part, data + "/" + part);
  }
  remove_tree(incoming(data));
}

}  // namespace

void save_state(Store& store, BlobStore& blobs, const std::string& directory) {
  store.checkpoint(directory);
  replaceable(blobs).link_all(directory);
  remove_tree(directory + "/spool");
}

void sync_state(const std::string& directory) {
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_directory()) sync_folder(entry.path().string());
  }
  sync_folder(directory);
}

void check_state(const std::string& directory) {
  if (!fs::exists(directory + "/rows/CURRENT")) throw StorageError("the state has no rows");
  StoreOptions options;
  options.directory = directory;
  options.is_temporary = true;
  open_rocksdb_store(std::move(options));
}

void stage_state(const std::string& saved, const std::string& data_directory) {
  const std::string target = preparing(data_directory);
  remove_tree(target);
  for (const char* part : kParts) link_tree(fs::path(saved) / part, fs::path(target) / part);
}

void restore_staged(Store& store, BlobStore& blobs, const std::string& data_directory) {
  const std::string old = aside(data_directory);
  Exchange exchange;
  exchange.apply = [&] {
    move(preparing(data_directory), incoming(data_directory));
    take_incoming(data_directory, old);
  };
  exchange.revert = [&] { give_back(data_directory, old); };
  replaceable(store).replace(exchange);
  replaceable(blobs).replaced();
}

void finish_restore(const std::string& data_directory) {
  if (fs::exists(incoming(data_directory))) {
    take_incoming(data_directory, aside(data_directory));
  }
  remove_tree(preparing(data_directory));
  remove_tree(discarded(data_directory));
}

void remove_discarded(const std::string& data_directory) {
  remove_tree(discarded(data_directory));
}

}  // namespace cumulite::storage
