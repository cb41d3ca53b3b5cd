#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "storage/kv/store.h"

namespace cumulite::storage {
namespace {

// The least that a store must do: what was committed is read back, and counters add up.
TEST(StoreContract, CommitsAndReads) {
  const std::string directory = testing::TempDir() + "cumulite_store_smoke";
  std::filesystem::remove_all(directory);
  auto store = open_rocksdb_store({.directory = directory});
  store->transact({Domain::exclusive_on(1, "")}, [](Txn& txn) {
    txn.put(1, "a", "b");
    txn.add(2, "c", 3);
    EXPECT_EQ(txn.counter(2, "c"), 3);
  });
  EXPECT_EQ(store->get(1, "a"), "b");
  store.reset();
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace cumulite::storage
