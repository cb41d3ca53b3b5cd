#include "storage/snapshot/state.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
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

// Folders without files of states that were put aside, for those that are to be staged. To make
// hundreds of folders after hundreds were removed takes ext4 ever longer: it looks for an inode
// past each of those that were freed lately.
std::string spare(const std::string& data, unsigned number) {
  return fmt::format("{}/spare/{}", data, number);
}

// One is used while those of before are still being emptied, on a busy machine by several restores.
constexpr unsigned kSparesMax = 4;

void sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw_system_error(errno, "opening", path);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  // Some file systems cannot sync a folder, and then need not.
  if (result != 0 && error != EINVAL) throw_system_error(error, "syncing", path);
}

/// An open folder, to name its files without their whole paths.
class Folder {
 public:
  explicit Folder(const std::string& path) : path_(path), stream_(::opendir(path.c_str())) {
    if (stream_ == nullptr) throw_system_error(errno, "opening", path);
  }

  ~Folder() { ::closedir(stream_); }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  int descriptor() const { return ::dirfd(stream_); }

  /// Calls visit(name, is_folder) for what lies in it.
  template <class Visit>
  void each(Visit&& visit) const {
    while (const dirent* entry = ::readdir(stream_)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      const bool is_folder = entry->d_type == DT_UNKNOWN
                                 ? fs::is_directory(fmt::format("{}/{}", path_, name))
                                 : entry->d_type == DT_DIR;
      visit(entry->d_name, is_folder);
    }
  }

 private:
  std::string path_;
  DIR* stream_;
};

void ensure_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
  throw_system_error(errno, "creating", path);
}

void copy(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) throw_system_error(error.value(), "copying", to);
}

/// Table files and bodies never change, so a second name is as good as a copy. What the engine
/// rewrites (its log, CURRENT, the manifest) has to be copied.
void link_tree(const std::string& from, const std::string& to) {
  ensure_folder(to);
  // An archive has no empty folders.
  if (!fs::exists(from)) return;
  const Folder source(from);
  const Folder target(to);
  const bool holds_rows = from.ends_with("/rows");
  source.each([&](const char* name, bool is_folder) {
    const std::string below = std::string("/") + name;
    if (is_folder) return link_tree(from + below, to + below);
    const bool may_link = !holds_rows || std::string_view(name).ends_with(".sst");
    if (may_link && ::linkat(source.descriptor(), name, target.descriptor(), name, 0) == 0) return;
    copy(from + below, to + below);
  });
}

/// Removes the files of a tree, and leaves its folders.
void clear_files(const std::string& path) {
  const Folder folder(path);
  folder.each([&](const char* name, bool is_folder) {
    if (is_folder) return clear_files(path + "/" + name);
    if (::unlinkat(folder.descriptor(), name, 0) != 0) {
      throw_system_error(errno, "removing", path + "/" + name);
    }
  });
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

/// Makes a spare the folder `target`, or an empty one where there is none.
void take_spare(const std::string& data, const std::string& target) {
  for (unsigned number = 0; number < kSparesMax; ++number) {
    std::error_code error;
    fs::rename(spare(data, number), target, error);
    if (!error) return;
  }
  ensure_folder(target);
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
  take_spare(data_directory, target);
  for (const char* part : kParts) link_tree(saved + "/" + part, target + "/" + part);
}

std::string restore_staged(Store& store, BlobStore& blobs, const std::string& data_directory) {
  const std::string old = aside(data_directory);
  Exchange exchange;
  exchange.apply = [&] {
    move(preparing(data_directory), incoming(data_directory));
    take_incoming(data_directory, old);
  };
  exchange.revert = [&] { give_back(data_directory, old); };
  replaceable(store).replace(exchange);
  replaceable(blobs).replaced();
  return old;
}

void finish_restore(const std::string& data_directory) {
  if (fs::exists(incoming(data_directory))) {
    take_incoming(data_directory, aside(data_directory));
  }
  remove_tree(preparing(data_directory));
  remove_tree(discarded(data_directory));
}

void recycle(const std::string& data_directory, const std::string& put_aside) {
  clear_files(put_aside);
  std::error_code error;
  fs::create_directories(fs::path(spare(data_directory, 0)).parent_path(), error);
  for (unsigned number = 0; number < kSparesMax; ++number) {
    const std::string place = spare(data_directory, number);
    if (fs::exists(place)) continue;
    fs::rename(put_aside, place, error);
    if (!error) return;
  }
  remove_tree(put_aside);
}

}  // namespace cumulite::storage
