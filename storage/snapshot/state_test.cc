#include "storage/snapshot/state.h"

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "storage/blob/replaceable.h"
#include "storage/kv/replaceable.h"
#include "storage/test_directory.h"

namespace cumulite::storage {
namespace {

namespace fs = std::filesystem;

constexpr Space kStateRows = 20;
constexpr Space kBodies = 4;

/// A store with blobs in DIR/data; saved states beside it.
class StateTest : public testing::Test {
 protected:
  StateTest() { open(); }

  void open() {
    finish_restore(data());
    StoreOptions options;
    options.directory = data();
    options.unguarded_spaces = {kStateRows, kBodies};
    store_ = open_rocksdb_store(std::move(options));
    blobs_ = open_blob_store(*store_, kBodies, data(), Durability::kProcess);
  }

  void close() {
    blobs_.reset();
    store_.reset();
  }

  std::string data() const { return directory_.path() + "/data"; }

  std::string saved() const { return directory_.path() + "/saved"; }

  void save() {
    const Fence::Closed closed(replaceable(*store_).fence());
    save_state(*store_, *blobs_, saved());
  }

  /// Returns where the state of before lies.
  std::string restore() {
    stage_state(saved(), data());
    const Fence::Closed closed(replaceable(*store_).fence());
    return restore_staged(*store_, *blobs_, data());
  }

  void put(std::string_view key, std::string_view value) {
    store_->transact({}, [&](Txn& txn) { txn.put(kStateRows, key, value); });
  }

  /// A body too large for a row, named by a row.
  BlobRef put_body(std::string_view key, char letter) {
    auto spool = blobs_->make_spool();
    spool->append(std::string(100'000, letter));
    BlobRef blob;
    store_->transact({}, [&](Txn& txn) {
      blob = blobs_->adopt(txn, *spool);
      txn.put(kStateRows, key, blob.encode());
    });
    return blob;
  }

  std::string body(std::string_view key) {
    const auto blob = BlobRef::decode(store_->get(kStateRows, key).value_or(""));
    return blob ? blobs_->read_all(*blob, 1'000'000) : "";
  }

  TestDirectory directory_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<BlobStore> blobs_;
};

// Rows and bodies are those of the save, whatever was written, replaced and deleted since.
TEST_F(StateTest, RestoresRowsAndBodies) {
  put("kept", "1");
  const BlobRef old = put_body("body", 'a');
  save();
  put("kept", "2");
  put("new", "3");
  store_->transact({}, [&](Txn& txn) { blobs_->release(txn, old); });
  put_body("body", 'b');
  const std::string put_aside = restore();
  EXPECT_EQ(store_->get(kStateRows, "kept"), "1");
  EXPECT_EQ(store_->get(kStateRows, "new"), std::nullopt);
  EXPECT_EQ(body("body"), std::string(100'000, 'a'));
  EXPECT_EQ(blobs_->bytes_on_disk(), 100'000u);
  recycle(data(), put_aside);
  // And again, after writing on from there: ids never meet.
  put_body("other", 'c');
  restore();
  EXPECT_EQ(body("body"), std::string(100'000, 'a'));
  EXPECT_EQ(body("other"), "");
  EXPECT_EQ(directory_.count_files("data/blobs"), 1);
  close();
  open();
  EXPECT_EQ(body("body"), std::string(100'000, 'a'));
}

// The folders of what was put aside are used again, the files in them are gone; and no more of them
// are kept than can be in use.
TEST_F(StateTest, FoldersAreUsedAgain) {
  put_body("body", 'a');
  save();
  put_body("other", 'b');
  std::string before;
  for (int i = 0; i < 5; ++i) {
    // One is put aside while the one of before is still being emptied.
    const std::string put_aside = restore();
    if (!before.empty()) recycle(data(), before);
    before = put_aside;
    EXPECT_EQ(body("body"), std::string(100'000, 'a'));
    EXPECT_EQ(body("other"), "");
    EXPECT_EQ(directory_.count_files("data/blobs"), 1);
    put_body("other", 'b');
  }
  recycle(data(), before);
  EXPECT_EQ(directory_.count_files("data/discarded"), 0);
  EXPECT_EQ(directory_.count_files("data/spare"), 0);
  EXPECT_TRUE(fs::exists(fs::path(data()) / "spare/0/blobs"));
  EXPECT_FALSE(fs::exists(fs::path(data()) / "spare/3"));
}

// A body that arrives while the state is exchanged is a body of the new state.
TEST_F(StateTest, SpoolOutlivesRestore) {
  save();
  auto spool = blobs_->make_spool();
  spool->append(std::string(100'000, 's'));
  restore();
  store_->transact(
      {}, [&](Txn& txn) { txn.put(kStateRows, "s", blobs_->adopt(txn, *spool).encode()); });
  EXPECT_EQ(body("s"), std::string(100'000, 's'));
}

// A kill before the decision leaves the present state, one after it the restored one: with any of
// the moves done or not.
TEST_F(StateTest, RestoreCutShortIsAllOrNothing) {
  put("which", "saved");
  put_body("body", 'a');
  save();
  put("which", "present");
  put_body("body", 'b');
  for (int moves = -1; moves <= 4; ++moves) {
    stage_state(saved(), data());
    close();
    const fs::path at(data());
    if (moves >= 0) fs::rename(at / "incoming.new", at / "incoming");
    fs::create_directories(at / "discarded" / "0");
    if (moves >= 1) fs::rename(at / "rows", at / "discarded/0/rows");
    if (moves >= 2) fs::rename(at / "incoming/rows", at / "rows");
    if (moves >= 3) fs::rename(at / "blobs", at / "discarded/0/blobs");
    if (moves >= 4) fs::rename(at / "incoming/blobs", at / "blobs");
    open();
    const char expected = moves < 0 ? 'b' : 'a';
    EXPECT_EQ(store_->get(kStateRows, "which"), moves < 0 ? "present" : "saved") << moves;
    EXPECT_EQ(body("body"), std::string(100'000, expected)) << moves;
    EXPECT_FALSE(fs::exists(at / "incoming"));
    EXPECT_FALSE(fs::exists(at / "discarded"));
  }
}

// A state that cannot be opened is refused, and the present one goes on.
TEST_F(StateTest, DamagedStateIsRefused) {
  put("which", "saved");
  save();
  put("which", "present");
  stage_state(saved(), data());
  fs::resize_file(fs::path(data()) / "incoming.new/rows/CURRENT", 0);
  {
    const Fence::Closed closed(replaceable(*store_).fence());
    EXPECT_THROW(restore_staged(*store_, *blobs_, data()), StorageError);
  }
  EXPECT_EQ(store_->get(kStateRows, "which"), "present");
  put("which", "later");
  EXPECT_EQ(store_->get(kStateRows, "which"), "later");
}

}  // namespace
}  // namespace cumulite::storage
