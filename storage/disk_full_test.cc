#include <sys/mount.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"
#include "storage/test_directory.h"

namespace cumulite::storage {
namespace {

constexpr Space kFullRows = 1;
constexpr Space kFullBlobs = 2;

// A file system of 96 MiB, mounted in memory for one test; needs root.
class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=96m") == 0;
  }

  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }

  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }

  const TestDirectory& directory() const { return directory_; }

  std::string data() const { return directory_.path() + "/data"; }

  std::string ballast() const { return directory_.path() + "/ballast"; }

 private:
  TestDirectory directory_;
  bool mounted_ = false;
};

class DiskFullTest : public testing::TestWithParam<Durability> {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "mounting a small file system needs root";
    std::ofstream(disk_.ballast()) << std::string(48 * 1024 * 1024, 'b');
    open();
  }

  void TearDown() override {
    blobs_.reset();
    store_.reset();
  }

  void open() {
    TearDown();
    store_ = open_rocksdb_store(
        {.directory = disk_.data(), .durability = GetParam(), .unguarded_spaces = {kFullBlobs}});
    blobs_ = open_blob_store(*store_, kFullBlobs, disk_.data(), GetParam());
  }

  void put(int row) {
    store_->transact({Domain::exclusive_on(kFullRows, "")}, [&](Txn& txn) {
      txn.put(kFullRows, std::to_string(row),
              std::string(100'000, static_cast<char>('a' + row % 26)));
    });
  }

  /// Puts rows until there is no room, how often it is tried; how many were acknowledged. The first
  /// refusals let the engine write out what it buffers and drop its log, which makes some.
  int put_until_full() {
    constexpr int kRefusals = 5;
    int refused = 0;
    for (int row = 0; row < 10'000;) {
      try {
        put(row);
        ++row;
        refused = 0;
      } catch (const OutOfSpace&) {
        if (++refused == kRefusals) return row;
      }
    }
    ADD_FAILURE() << "the disk never filled";
    return 0;
  }

  void expect_rows(int count) {
    for (int row = 0; row < count; ++row) {
      const auto value = store_->get(kFullRows, std::to_string(row));
      ASSERT_TRUE(value == std::string(100'000, static_cast<char>('a' + row % 26)))
          << "row " << row << " of " << count << (value ? " is wrong" : " is lost");
    }
  }

  SmallDisk disk_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<BlobStore> blobs_;
};

// A full disk refuses writes and keeps what it acknowledged; when there is room again it takes
// writes without a restart, and a restart then finds everything.
TEST_P(DiskFullTest, TheStoreRecoversWhenThereIsRoomAgain) {
  const int acknowledged = put_until_full();
  EXPECT_GT(acknowledged, 10);
  EXPECT_THROW(put(acknowledged), OutOfSpace);
  EXPECT_EQ(store_->get(kFullRows, std::to_string(acknowledged)), std::nullopt);
  expect_rows(acknowledged);
  std::filesystem::remove(disk_.ballast());
  put(acknowledged);
  put(acknowledged + 1);
  expect_rows(acknowledged + 2);
  open();
  expect_rows(acknowledged + 2);
}

// Another program takes the last byte between a look at the free space and the write: the log is
// torn in the middle of a record, and must be whole again afterwards.
TEST_P(DiskFullTest, ATornLogIsReplaced) {
  // Without durability there is no log, and with fsync its room is reserved when it is begun.
  if (GetParam() != Durability::kProcess) return;
  const auto put_small = [&](int row) {
    store_->transact({Domain::exclusive_on(kFullRows, "")}, [&](Txn& txn) {
      txn.put(kFullRows, std::to_string(row), std::string(20'000, 's'));
    });
  };
  put_small(0);
  const std::string thief = disk_.directory().path() + "/thief";
  std::ofstream(thief) << std::string(96 * 1024 * 1024, 't');
  EXPECT_THROW(put_small(1), OutOfSpace);
  EXPECT_THROW(put_small(1), OutOfSpace);
  std::filesystem::remove(thief);
  put_small(2);
  open();
  EXPECT_TRUE(store_->get(kFullRows, "0"));
  EXPECT_FALSE(store_->get(kFullRows, "1"));
  EXPECT_TRUE(store_->get(kFullRows, "2"));
}

// An upload that does not fit leaves nothing behind, so the next smaller one fits.
TEST_P(DiskFullTest, ABodyThatDoesNotFitLeavesNothing) {
  const std::string piece(1024 * 1024, 'x');
  for (int round = 0; round < 3; ++round) {
    auto spool = blobs_->make_spool();
    const auto overfill = [&] {
      for (int i = 0; i < 90; ++i) spool->append(piece);
    };
    EXPECT_THROW(overfill(), OutOfSpace);
    spool.reset();
    EXPECT_EQ(disk_.directory().count_files("data/spool"), 0);
  }
  const auto spool = blobs_->make_spool();
  for (int i = 0; i < 10; ++i) spool->append(piece);
  const BlobRef blob = store_->transact({}, [&](Txn& txn) { return blobs_->adopt(txn, *spool); });
  EXPECT_EQ(blobs_->read_all(blob, 20 * piece.size()).size(), 10 * piece.size());
}

// The file fits but the row that names it does not: neither may stay.
TEST_P(DiskFullTest, ABodyWithoutRoomForItsRowLeavesNothing) {
  const auto spool = blobs_->make_spool();
  spool->append(std::string(200'000, 'x'));
  blobs_->prepare(*spool);
  put_until_full();
  EXPECT_THROW(store_->transact({Domain::exclusive_on(kFullRows, "")},
                                [&](Txn& txn) {
                                  blobs_->adopt(txn, *spool);
                                  txn.put(kFullRows, "z", std::string(500'000, 'z'));
                                }),
               OutOfSpace);
  EXPECT_EQ(blobs_->bytes_on_disk(), 0u);
  std::filesystem::remove(disk_.ballast());
  const BlobRef blob = store_->transact({}, [&](Txn& txn) { return blobs_->adopt(txn, *spool); });
  EXPECT_EQ(blobs_->read_all(blob, 200'000), std::string(200'000, 'x'));
}

INSTANTIATE_TEST_SUITE_P(SmallDisk, DiskFullTest,
                         testing::Values(Durability::kNone, Durability::kProcess,
                                         Durability::kFsync),
                         [](const auto& durability) {
                           return "Durability" + std::to_string(static_cast<int>(durability.param));
                         });

}  // namespace
}  // namespace cumulite::storage
