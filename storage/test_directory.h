#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace cumulite::storage {

/// An empty directory for one test, removed with all it holds. For tests only.
class TestDirectory {
 public:
  TestDirectory() : path_(testing::TempDir() + "cumulite_storage_XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "cannot make " << path_;
  }

  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  const std::string& path() const { return path_; }

  /// Regular files below a folder of it; 0 if there is no such folder.
  int count_files(const std::string& folder) const {
    int count = 0;
    std::error_code ignored;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(path_ + "/" + folder, ignored)) {
      if (entry.is_regular_file()) ++count;
    }
    return count;
  }

 private:
  std::string path_;
};

}  // namespace cumulite::storage
