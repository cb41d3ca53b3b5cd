#pragma once

#include <string>

namespace cumulite {

/// The daemon's directory: made if missing and locked against a second daemon; a temporary one
/// (empty path) is removed with its contents at the end.
class DataDirectory {
 public:
  /// Throws std::runtime_error with a message for the user.
  explicit DataDirectory(const std::string& path);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }

  bool is_temporary() const { return is_temporary_; }

 private:
  std::string path_;
  bool is_temporary_ = false;
  int lock_ = -1;
};

}  // namespace cumulite
