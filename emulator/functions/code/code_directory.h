#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace cumulite::functions {

/// Unpacked code on disk.
class CodeDirectory {
 public:
  /// With `is_owned` the directory is removed with this object.
  CodeDirectory(std::string path, bool is_owned) : path_(std::move(path)), is_owned_(is_owned) {}

  ~CodeDirectory();
  CodeDirectory(const CodeDirectory&) = delete;
  CodeDirectory& operator=(const CodeDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool is_owned_;
};

using CodeDirectoryPtr = std::shared_ptr<const CodeDirectory>;

/// Unpacked archives below one folder, each as long as somebody uses it. Thread-safe.
class CodeCache {
 public:
  /// Removes what an earlier process left in the folder, which it makes at first need.
  explicit CodeCache(std::string folder);

  /// The archives unpacked over each other, in order. `id` names their contents: the same id is
  /// unpacked once. `read` gives them when they are needed.
  Result<CodeDirectoryPtr> unpack(const std::string& id,
                                  const std::function<Result<std::vector<std::string>>()>& read);
  /// Writes a file of the daemon's own there (a bootstrap) and gives its path.
  std::string write_file(std::string_view name, std::string_view text);

 private:
  std::string folder_;
  std::mutex mutex_;
  std::uint64_t made_ = 0;                                           // mutex_.
  std::map<std::string, std::weak_ptr<const CodeDirectory>> known_;  // mutex_.
};

}  // namespace cumulite::functions
