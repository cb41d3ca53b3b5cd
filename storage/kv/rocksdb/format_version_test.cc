#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "storage/kv/rocksdb/options.h"
#include "storage/kv/store.h"
#include "storage/test_directory.h"

namespace cumulite::storage {
namespace {

void write_raw(const std::string& directory, const std::string& key, const std::string& value) {
  std::filesystem::create_directories(directory + "/rows");
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb_options({}, std::make_shared<std::atomic<bool>>()),
                                directory + "/rows", &db)
                  .ok());
  ASSERT_TRUE(db->Put({}, key, value).ok());
  delete db;
}

std::string refusal_of(const std::string& directory) {
  try {
    open_rocksdb_store({.directory = directory});
    return "";
  } catch (const StorageError& error) {
    return error.what();
  }
}

// Rows of a newer version must not be read as if they were ours, let alone be written to.
TEST(FormatVersion, AnotherVersionIsRefused) {
  const TestDirectory directory;
  write_raw(directory.path(),
            "\xFF"
            "format_version",
            "3");
  EXPECT_NE(refusal_of(directory.path()).find("format version 3"), std::string::npos);
}

// Somebody else's RocksDB directory is not taken over.
TEST(FormatVersion, RowsWithoutAVersionAreRefused) {
  const TestDirectory directory;
  write_raw(directory.path(), "key", "value");
  EXPECT_NE(refusal_of(directory.path()).find("without a format version"), std::string::npos);
}

// RocksDB would make a new, empty store beside the rows; a daemon never starts silently empty.
TEST(FormatVersion, RowsWithoutTheirIndexAreRefused) {
  const TestDirectory directory;
  std::filesystem::create_directories(directory.path() + "/rows");
  std::ofstream(directory.path() + "/rows/000009.sst") << "rows";
  EXPECT_NE(refusal_of(directory.path()).find("CURRENT is missing"), std::string::npos);
}

// A daemon that was killed while it made the directory leaves it empty: that is no damage.
TEST(FormatVersion, AnEmptyStoreWithoutAVersionIsTaken) {
  const TestDirectory directory;
  write_raw(directory.path(), "key", "value");
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb_options({}, std::make_shared<std::atomic<bool>>()),
                                directory.path() + "/rows", &db)
                  .ok());
  ASSERT_TRUE(db->Delete({}, "key").ok());
  delete db;
  EXPECT_EQ(refusal_of(directory.path()), "");
  EXPECT_EQ(refusal_of(directory.path()), "");
}

// A path that cannot be a directory gets a message, not a crash.
TEST(FormatVersion, AFileInPlaceOfTheDirectoryIsRefused) {
  const TestDirectory directory;
  std::ofstream(directory.path() + "/file") << "x";
  EXPECT_NE(refusal_of(directory.path() + "/file").find("cannot create"), std::string::npos);
}

}  // namespace
}  // namespace cumulite::storage
