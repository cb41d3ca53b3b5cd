#include "storage/blob/blob_store.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/test_directory.h"

namespace cumulite::storage {
namespace {

constexpr Space kBlobs = 7;

// Bytes that differ at every offset, so that a shifted or repeated block is seen.
std::string body_of(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t state = 0x9E3779B97F4A7C15ULL + size;
  for (char& byte : bytes) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

struct Refusal {
  bool ok() const { return false; }
};

class BlobStoreTest : public testing::TestWithParam<Durability> {
 protected:
  BlobStoreTest() { reopen(); }

  void reopen() {
    blobs_.reset();
    store_.reset();
    store_ = open_rocksdb_store(
        {.directory = directory_.path(), .durability = GetParam(), .unguarded_spaces = {kBlobs}});
    blobs_ = open_blob_store(*store_, kBlobs, directory_.path(), GetParam());
  }

  std::unique_ptr<Spool> spooled(std::string_view bytes, std::size_t piece = 10'000) {
    auto spool = blobs_->make_spool();
    for (std::size_t at = 0; at < bytes.size(); at += piece) spool->append(bytes.substr(at, piece));
    return spool;
  }

  BlobRef stored(std::string_view bytes) {
    const auto spool = spooled(bytes);
    return store_->transact({}, [&](Txn& txn) { return blobs_->adopt(txn, *spool); });
  }

  void release(const BlobRef& blob) {
    store_->transact({}, [&](Txn& txn) { blobs_->release(txn, blob); });
  }

  std::string contents(const BlobRef& blob) {
    return blobs_->read_all(blob, static_cast<std::size_t>(blob.size_bytes));
  }

  TestDirectory directory_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<BlobStore> blobs_;
};

// Bodies around the inline limit and around the write buffer, in pieces smaller and larger than it.
TEST_P(BlobStoreTest, BodiesOfAnySizeComeBack) {
  for (const std::size_t size : {0UL, 1UL, 65'536UL, 65'537UL, 262'144UL, 262'145UL, 1'500'000UL}) {
    const std::string bytes = body_of(size);
    for (const std::size_t piece : {997UL, 262'144UL, 700'000UL}) {
      const auto spool = spooled(bytes, piece);
      EXPECT_EQ(spool->size_bytes(), size);
      EXPECT_EQ(spool->memory().has_value(), size <= kInlineBytesMax);
      const BlobRef blob =
          store_->transact({}, [&](Txn& txn) { return blobs_->adopt(txn, *spool); });
      EXPECT_EQ(blob.in_file, size > kInlineBytesMax);
      EXPECT_EQ(blob.size_bytes, size);
      EXPECT_EQ(blob.id == 0, size == 0);
      ASSERT_EQ(contents(blob), bytes) << size << " in pieces of " << piece;
    }
  }
}

// A range GET reads a part, and one that passes the end gets what there is.
TEST_P(BlobStoreTest, PartsAreRead) {
  for (const std::size_t size : {50'000UL, 400'000UL}) {
    const std::string bytes = body_of(size);
    const BlobRef blob = stored(bytes);
    const auto part = [&](std::uint64_t offset, std::uint64_t length) {
      const auto reader = blobs_->open(blob, offset, length);
      std::string read;
      char buffer[7'000];
      while (const std::size_t got = reader->read(buffer, sizeof(buffer))) read.append(buffer, got);
      return read;
    };
    EXPECT_EQ(part(0, size), bytes);
    EXPECT_EQ(part(12'345, 20'001), bytes.substr(12'345, 20'001));
    EXPECT_EQ(part(size - 10, 100), bytes.substr(size - 10));
    EXPECT_EQ(part(size + 10, 100), "");
  }
}

// A POST form is checked after the body arrived and before it is kept, also across the boundary
// between what is in the file and what is still in the buffer.
TEST_P(BlobStoreTest, ASpoolCanBeReadBeforeAdoption) {
  const std::string bytes = body_of(300'000);
  const auto spool = spooled(bytes);
  std::string read(40'000, '\0');
  EXPECT_EQ(spool->read_at(250'000, read.data(), read.size()), read.size());
  EXPECT_EQ(read, bytes.substr(250'000, 40'000));
  EXPECT_EQ(spool->read_at(299'990, read.data(), read.size()), 10u);
  EXPECT_EQ(spool->read_at(300'000, read.data(), read.size()), 0u);
  blobs_->prepare(*spool);
  blobs_->prepare(*spool);
  EXPECT_EQ(spool->read_at(0, read.data(), read.size()), read.size());
  EXPECT_EQ(read, bytes.substr(0, 40'000));
}

// An upload that is refused or broken off must not leave its bytes on disk.
TEST_P(BlobStoreTest, AnAbandonedSpoolLeavesNothing) {
  const std::string bytes = body_of(300'000);
  { const auto growing = spooled(bytes); }
  {
    const auto prepared = spooled(bytes);
    blobs_->prepare(*prepared);
    EXPECT_EQ(directory_.count_files("blobs"), 1);
  }
  {
    const auto refused = spooled(bytes);
    store_->transact({}, [&](Txn& txn) {
      blobs_->adopt(txn, *refused);
      return Refusal();
    });
  }
  EXPECT_EQ(directory_.count_files("spool"), 0);
  EXPECT_EQ(directory_.count_files("blobs"), 0);
  EXPECT_EQ(blobs_->bytes_on_disk(), 0u);
}

// A transaction that is repeated after an abort adopts the same spool again.
TEST_P(BlobStoreTest, AnAbortGivesTheBodyBackToTheSpool) {
  for (const std::size_t size : {100UL, 300'000UL}) {
    const std::string bytes = body_of(size);
    const auto spool = spooled(bytes);
    store_->transact({}, [&](Txn& txn) {
      blobs_->adopt(txn, *spool);
      return Refusal();
    });
    const BlobRef blob = store_->transact({}, [&](Txn& txn) { return blobs_->adopt(txn, *spool); });
    EXPECT_EQ(contents(blob), bytes);
  }
}

// Deleting an object frees its bytes, in files and in rows, and a released blob is not found.
TEST_P(BlobStoreTest, ReleaseFreesTheBytes) {
  const BlobRef small = stored("small");
  const BlobRef large = stored(body_of(100'000));
  EXPECT_EQ(blobs_->bytes_on_disk(), 100'000u);
  for (const BlobRef& blob : {small, large, BlobRef()}) release(blob);
  EXPECT_EQ(directory_.count_files("blobs"), 0);
  EXPECT_EQ(blobs_->bytes_on_disk(), 0u);
  EXPECT_THROW(contents(small), BlobNotFound);
  EXPECT_THROW(blobs_->open(large, 0, 1), BlobNotFound);
}

// A transaction that fails must not have removed anything.
TEST_P(BlobStoreTest, AnAbortedReleaseKeepsTheBlob) {
  const std::string bytes = body_of(100'000);
  const BlobRef blob = stored(bytes);
  store_->transact({}, [&](Txn& txn) {
    blobs_->release(txn, blob);
    return Refusal();
  });
  EXPECT_EQ(contents(blob), bytes);
}

// A download that is under way when the object is replaced gets the old bytes to their end.
TEST_P(BlobStoreTest, AReaderOutlivesTheRelease) {
  for (const std::size_t size : {100UL, 300'000UL}) {
    const std::string bytes = body_of(size);
    const BlobRef blob = stored(bytes);
    const auto reader = blobs_->open(blob, 0, size);
    release(blob);
    std::string read(size, '\0');
    EXPECT_EQ(reader->read(read.data(), size), size);
    EXPECT_EQ(read, bytes);
  }
}

// CopyObject makes an object of its own: each of the two survives the other's deletion.
TEST_P(BlobStoreTest, ADuplicateIsIndependent) {
  for (const std::size_t size : {0UL, 100UL, 300'000UL}) {
    const std::string bytes = body_of(size);
    const BlobRef original = stored(bytes);
    const auto duplicate = [&] {
      return store_->transact({}, [&](Txn& txn) { return blobs_->duplicate(txn, original); });
    };
    const BlobRef first = duplicate();
    const BlobRef second = duplicate();
    EXPECT_EQ(first.id == second.id, size == 0);
    release(original);
    EXPECT_EQ(contents(first), bytes);
    release(first);
    reopen();
    EXPECT_EQ(contents(second), bytes);
  }
}

// A copy that is refused leaves no second name, and a copy of nothing is an error.
TEST_P(BlobStoreTest, AnAbortedDuplicateLeavesNothing) {
  const BlobRef blob = stored(body_of(100'000));
  store_->transact({}, [&](Txn& txn) {
    blobs_->duplicate(txn, blob);
    return Refusal();
  });
  EXPECT_EQ(directory_.count_files("blobs"), 1);
  for (const bool in_file : {true, false}) {
    EXPECT_THROW(store_->transact({},
                                  [&](Txn& txn) {
                                    blobs_->duplicate(txn, {12'345, 10, in_file});
                                  }),
                 BlobNotFound);
  }
}

// Bodies are found again after a restart, and new ones never take the names of old ones.
TEST_P(BlobStoreTest, IdsAreUniqueAcrossRestarts) {
  std::vector<BlobRef> refs;
  std::vector<std::string> bodies;
  for (std::size_t round = 0; round < 3; ++round) {
    for (const std::size_t size : {100 + round, 100'000 + round}) {
      bodies.push_back(body_of(size));
      refs.push_back(stored(bodies.back()));
    }
    reopen();
  }
  for (std::size_t i = 0; i < refs.size(); ++i) {
    EXPECT_EQ(contents(refs[i]), bodies[i]);
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(refs[i].id, refs[j].id);
  }
}

// After a kill, files that no row names are removed and those with a row stay. The kill is played
// by copying the directory while it is open, as the system would leave it.
TEST_P(BlobStoreTest, OrphansAreSweptAfterAKill) {
  namespace fs = std::filesystem;
  std::vector<BlobRef> kept;
  for (std::size_t i = 0; i < 5; ++i) kept.push_back(stored(body_of(100'000 + i)));
  const auto unadopted = spooled(body_of(200'000));
  blobs_->prepare(*unadopted);
  const auto unfinished = spooled(body_of(900'000));
  TestDirectory crashed;
  fs::copy(directory_.path(), crashed.path(), fs::copy_options::recursive);
  ASSERT_EQ(crashed.count_files("blobs"), 6);
  ASSERT_EQ(crashed.count_files("spool"), 1);

  const auto store = open_rocksdb_store(
      {.directory = crashed.path(), .durability = GetParam(), .unguarded_spaces = {kBlobs}});
  const auto blobs = open_blob_store(*store, kBlobs, crashed.path(), GetParam());
  const bool rows_survive = GetParam() != Durability::kNone;
  EXPECT_EQ(crashed.count_files("blobs"), rows_survive ? 5 : 0);
  EXPECT_EQ(crashed.count_files("spool"), 0);
  for (std::size_t i = 0; rows_survive && i < 5; ++i) {
    EXPECT_EQ(blobs->read_all(kept[i], 200'000), body_of(100'000 + i));
  }
}

// Reading a large file in one piece would break the promise of constant memory.
TEST_P(BlobStoreTest, ReadAllHasALimit) {
  const BlobRef blob = stored(body_of(100'000));
  EXPECT_THROW(blobs_->read_all(blob), TooLarge);
  EXPECT_EQ(blobs_->read_all(blob, 100'000).size(), 100'000u);
}

INSTANTIATE_TEST_SUITE_P(Blobs, BlobStoreTest,
                         testing::Values(Durability::kNone, Durability::kProcess,
                                         Durability::kFsync),
                         [](const auto& durability) {
                           return "Durability" + std::to_string(static_cast<int>(durability.param));
                         });

}  // namespace
}  // namespace cumulite::storage
