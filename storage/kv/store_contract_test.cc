#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storage/kv/store.h"
#include "storage/kv/view.h"
#include "storage/test_directory.h"

namespace cumulite::storage {
namespace {

constexpr Space kRows = 1;
constexpr Space kOther = 2;
constexpr Space kUnguarded = 3;

const Domains kAllRows = {Domain::exclusive_on(kRows, "")};

// What every engine must do; runs once for each durability.
class StoreContract : public testing::TestWithParam<Durability> {
 protected:
  StoreContract() { reopen(); }

  void reopen() {
    store_.reset();
    store_ = open_rocksdb_store(
        {.directory = directory_.path(),
         .durability = GetParam(),
         .unguarded_spaces = {kUnguarded},
         .on_notify = [this](std::string_view topic) { notified_.emplace_back(topic); }});
  }

  void put(std::string_view key, std::string_view value) {
    store_->transact(kAllRows, [&](Txn& txn) { txn.put(kRows, key, value); });
  }

  static std::vector<std::string> keys_of(const Page& page) {
    std::vector<std::string> keys;
    for (const KeyValue& row : page.rows) keys.push_back(row.key);
    return keys;
  }

  TestDirectory directory_;
  std::vector<std::string> notified_;
  std::unique_ptr<Store> store_;
};

using Keys = std::vector<std::string>;

// A backup reads for long; writers go on, and it must not see them.
TEST_P(StoreContract, AViewStaysAsItWasOpened) {
  put("a", "1");
  put("b", "1");
  std::unique_ptr<Reader> view;
  store_->transact(kAllRows, [&](Txn& txn) {
    txn.put(kRows, "c", "1");
    view = open_view(*store_);
  });
  put("a", "2");
  store_->transact(kAllRows, [](Txn& txn) { txn.del(kRows, "b"); });
  EXPECT_EQ(view->get(kRows, "a"), "1");
  EXPECT_EQ(keys_of(view->range(kRows, "", "")), (Keys{"a", "b"}));
  EXPECT_EQ(keys_of(store_->range(kRows, "", "")), (Keys{"a", "c"}));
}

// The least that a store must do, and that a space does not see the rows of its neighbours.
TEST_P(StoreContract, RowsBelongToTheirSpace) {
  put("a", "1");
  EXPECT_EQ(store_->get(kRows, "a"), "1");
  EXPECT_EQ(store_->get(kOther, "a"), std::nullopt);
  EXPECT_TRUE(store_->range(kOther, "", "").rows.empty());
  EXPECT_EQ(keys_of(store_->range(kRows, "", "")), Keys{"a"});
  EXPECT_EQ(store_->range(0, "", "").rows.size(), 0u);
}

// Values are bytes: empty ones exist, and zero bytes in keys and values are kept.
TEST_P(StoreContract, KeysAndValuesAreBytes) {
  const std::string key("k\0\xFF", 3);
  put(key, "");
  put("z", std::string("\0\0", 2));
  EXPECT_EQ(store_->get(kRows, key), "");
  EXPECT_EQ(store_->get(kRows, "z"), std::string("\0\0", 2));
}

// BatchGetItem relies on one result a key, in the order of the keys, with the absent ones marked.
TEST_P(StoreContract, GetManyKeepsTheOrderOfTheKeys) {
  put("a", "1");
  put("c", "3");
  const std::vector<std::optional<std::string>> expected = {"3", std::nullopt, "1", "3"};
  EXPECT_EQ(store_->get_many(kRows, {"c", "b", "a", "c"}), expected);
  EXPECT_TRUE(store_->get_many(kRows, {}).empty());
}

// Pages of listings: bounds, both directions, and `more` only when a row is left.
TEST_P(StoreContract, RangesPageInBothDirections) {
  for (const char* key : {"a", "b", "c", "d"}) put(key, "12345");
  EXPECT_EQ(keys_of(store_->range(kRows, "b", "d")), (Keys{"b", "c"}));
  EXPECT_EQ(keys_of(store_->range(kRows, "b", "", {.reverse = true})), (Keys{"d", "c", "b"}));
  EXPECT_TRUE(store_->range(kRows, "d", "b").rows.empty());
  const Page first = store_->range(kRows, "", "", {.limit = 3});
  EXPECT_EQ(keys_of(first), (Keys{"a", "b", "c"}));
  EXPECT_TRUE(first.more);
  EXPECT_FALSE(store_->range(kRows, "", "", {.limit = 4}).more);
  const Page last = store_->range(kRows, "", "d", {.limit = 2, .reverse = true});
  EXPECT_EQ(keys_of(last), (Keys{"c", "b"}));
  EXPECT_TRUE(last.more);
  const Page small = store_->range(kRows, "", "", {.bytes_max = 8});
  EXPECT_EQ(keys_of(small), (Keys{"a", "b"}));
  EXPECT_TRUE(small.more);
}

// A handler that refuses must leave no trace, whether by its result or by an exception.
TEST_P(StoreContract, ARefusedTransactionWritesNothing) {
  struct Declined {
    bool ok() const { return false; }
  };

  int aborted = 0;
  store_->transact(kAllRows, [&](Txn& txn) {
    txn.put(kRows, "a", "1");
    txn.add(kOther, "n", 1);
    txn.notify("topic");
    txn.on_commit([] { ADD_FAILURE() << "committed"; });
    txn.on_abort([&] { ++aborted; });
    return Declined();
  });
  EXPECT_THROW(store_->transact(kAllRows,
                                [&](Txn& txn) {
                                  txn.put(kRows, "a", "1");
                                  txn.on_abort([&] { ++aborted; });
                                  throw StorageError("test");
                                }),
               StorageError);
  EXPECT_EQ(aborted, 2);
  EXPECT_EQ(store_->get(kRows, "a"), std::nullopt);
  EXPECT_EQ(store_->counter(kOther, "n"), 0);
  EXPECT_TRUE(notified_.empty());
}

// Memory indexes are brought in step by on_commit, and a long poll is woken once for each topic;
// both must find the rows written.
TEST_P(StoreContract, ActionsRunAfterTheRowsAreWritten) {
  std::optional<std::string> seen;
  store_->transact(kAllRows, [&](Txn& txn) {
    txn.put(kRows, "a", "1");
    txn.notify("queue");
    txn.notify("queue");
    txn.notify("other");
    txn.on_commit([&] {
      seen = store_->get(kRows, "a");
      EXPECT_TRUE(notified_.empty());
    });
    txn.on_abort([] { ADD_FAILURE() << "aborted"; });
  });
  EXPECT_EQ(seen, "1");
  EXPECT_EQ(notified_, (Keys{"queue", "other"}));
  store_->transact({}, [](Txn& txn) { txn.notify("alone"); });
  EXPECT_EQ(notified_.back(), "alone");
}

// Adds need no domain and no read, and count with what is put or deleted around them.
TEST_P(StoreContract, CountersAddUp) {
  store_->transact({}, [](Txn& txn) {
    txn.add(kOther, "n", 5);
    EXPECT_EQ(txn.counter(kOther, "n"), 5);
    txn.add(kOther, "n", -2);
    EXPECT_EQ(txn.counter(kOther, "n"), 3);
  });
  store_->transact({}, [](Txn& txn) { txn.add(kOther, "n", 4); });
  EXPECT_EQ(store_->counter(kOther, "n"), 7);
  store_->transact({Domain::exclusive_on(kOther, "n")}, [](Txn& txn) {
    txn.add(kOther, "n", 1);
    EXPECT_EQ(txn.counter(kOther, "n"), 8);
    EXPECT_EQ(txn.range(kOther, "", "").rows.at(0).value.front(), '\x08');
    txn.del(kOther, "n");
    EXPECT_EQ(txn.counter(kOther, "n"), 0);
    txn.add(kOther, "n", 2);
  });
  EXPECT_EQ(store_->counter(kOther, "n"), 2);
  put("text", "no counter");
  EXPECT_THROW(store_->counter(kRows, "text"), StorageError);
}

// A busy queue's counter is added to by all threads at once without a lock; none may be lost.
TEST_P(StoreContract, ConcurrentAddsAreExact) {
  const int rounds = GetParam() == Durability::kFsync ? 100 : 2'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        store_->transact({}, [](Txn& txn) { txn.add(kOther, "n", 1); });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(store_->counter(kOther, "n"), 4 * rounds);
}

// Read, decide, write under one domain is what every conditional operation does: no lost update.
TEST_P(StoreContract, ReadModifyWriteUnderOneDomainIsExact) {
  const int rounds = GetParam() == Durability::kFsync ? 100 : 1'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        store_->transact({Domain::exclusive_on(kRows, "n")}, [](Txn& txn) {
          const int before = std::stoi(txn.get(kRows, "n").value_or("0"));
          txn.put(kRows, "n", std::to_string(before + 1));
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(store_->get(kRows, "n"), std::to_string(4 * rounds));
}

// A clean restart keeps everything, whatever the durability.
TEST_P(StoreContract, ReopenKeepsRows) {
  put("a", "1");
  store_->transact({}, [](Txn& txn) { txn.add(kOther, "n", 41); });
  reopen();
  EXPECT_EQ(store_->get(kRows, "a"), "1");
  store_->transact({}, [](Txn& txn) { txn.add(kOther, "n", 1); });
  reopen();
  EXPECT_EQ(store_->counter(kOther, "n"), 42);
}

// A backup is a directory that opens as a store and does not follow later writes.
TEST_P(StoreContract, ACheckpointIsAStoreOfItsOwn) {
  put("a", "1");
  TestDirectory copy;
  store_->checkpoint(copy.path() + "/backup");
  put("a", "2");
  const auto backup = open_rocksdb_store({.directory = copy.path() + "/backup"});
  EXPECT_EQ(backup->get(kRows, "a"), "1");
  EXPECT_THROW(store_->checkpoint(copy.path() + "/backup"), StorageError);
}

// Limits shape the contract for other engines, so they are enforced and not merely hoped for.
TEST_P(StoreContract, LimitsAreEnforced) {
  EXPECT_THROW(put(std::string(kKeyBytesMax + 1, 'k'), ""), TooLarge);
  EXPECT_THROW(put("k", std::string(kValueBytesMax + 1, 'v')), TooLarge);
  const std::string longest(kKeyBytesMax, '\xFF');
  put(longest, std::string(kValueBytesMax, 'v'));
  EXPECT_EQ(store_->get(kRows, longest)->size(), kValueBytesMax);
  const auto fill = [&](int rows) {
    store_->transact(kAllRows, [&](Txn& txn) {
      for (int i = 0; i < rows; ++i) {
        txn.put(kRows, std::to_string(i), std::string(kValueBytesMax, 'v'));
      }
    });
  };
  // An engine may take more than the contract's bound, but not without bound.
  EXPECT_THROW(fill(33), TooLarge);
  EXPECT_EQ(store_->get(kRows, "0"), std::nullopt);
  fill(3);
  // Overwriting a row in the same transaction does not count twice.
  store_->transact(kAllRows, [&](Txn& txn) {
    for (int i = 0; i < 20; ++i) txn.put(kRows, "same", std::string(kValueBytesMax, 'v'));
  });
}

// Deleting a bucket's rows must not miss or exceed any, few (point deletes) or many (a range).
TEST_P(StoreContract, DelRangeDeletesExactlyTheRange) {
  for (const int count : {3, 300}) {
    store_->transact(kAllRows, [&](Txn& txn) {
      txn.put(kRows, "a", "keep");
      txn.put(kRows, "c", "keep");
      for (int i = 0; i < count; ++i) txn.put(kRows, "b" + std::to_string(i), "x");
    });
    store_->transact(kAllRows, [&](Txn& txn) {
      txn.put(kRows, "b-early", "x");
      txn.del_range(kRows, "b", "c");
      EXPECT_EQ(keys_of(txn.range(kRows, "", "")), (Keys{"a", "c"}));
      EXPECT_EQ(txn.get(kRows, "b1"), std::nullopt);
      EXPECT_EQ(txn.get_many(kRows, {"b0", "a"}).at(0), std::nullopt);
      txn.put(kRows, "b-late", "x");
      txn.add(kRows, "b2", 1);
      EXPECT_EQ(keys_of(txn.range(kRows, "", "", {.reverse = true})),
                (Keys{"c", "b2", "b-late", "a"}));
    });
    EXPECT_EQ(keys_of(store_->range(kRows, "", "")), (Keys{"a", "b-late", "b2", "c"}));
    EXPECT_EQ(store_->counter(kRows, "b2"), 1);
    store_->transact(kAllRows, [&](Txn& txn) { txn.del_range(kRows, "", ""); });
    EXPECT_TRUE(store_->range(kRows, "", "").rows.empty());
  }
}

// A temporary directory skips all syncs, but is a store like any other while the machine runs.
TEST_P(StoreContract, ATemporaryStoreKeepsItsRows) {
  const TestDirectory directory;
  const StoreOptions options{
      .directory = directory.path(), .durability = GetParam(), .is_temporary = true};
  for (int round = 0; round < 3; ++round) {
    const auto store = open_rocksdb_store(options);
    EXPECT_EQ(store->counter(kOther, "n"), round);
    store->transact({}, [](Txn& txn) { txn.add(kOther, "n", 1); });
  }
}

using Model = std::map<std::string, std::string>;

// The page that a plain map gives: the oracle of the test below.
Keys expected_keys(const Model& model, const std::string& from, const std::string& to,
                   const RangeOptions& options) {
  Keys keys;
  for (const auto& [key, value] : model) {
    if (key >= from && (to.empty() || key < to)) keys.push_back(key);
  }
  if (options.reverse) keys = Keys(keys.rbegin(), keys.rend());
  if (keys.size() > options.limit) keys.resize(options.limit);
  return keys;
}

// Inside a transaction every read must see the rows as they will be after the commit, for any mix
// of puts, deletes and range deletes; compared with a map over random histories.
TEST_P(StoreContract, ATransactionReadsItsOwnWrites) {
  std::mt19937 random(20'240'501);
  const auto key = [&] { return std::to_string(random() % 200); };
  Model model;
  for (int round = 0; round < 60; ++round) {
    store_->transact(kAllRows, [&](Txn& txn) {
      for (int step = 0; step < 12; ++step) {
        const std::string a = key();
        const std::string b = key();
        if (random() % 8 == 0 && a < b) {
          txn.del_range(kRows, a, b);
          model.erase(model.lower_bound(a), model.lower_bound(b));
        } else if (random() % 4 == 0) {
          txn.del(kRows, a);
          model.erase(a);
        } else {
          txn.put(kRows, a, b);
          model[a] = b;
        }
        const RangeOptions options{.limit = 1 + random() % 20, .reverse = random() % 2 == 0};
        const std::string to = random() % 4 == 0 ? "" : b;
        ASSERT_EQ(keys_of(txn.range(kRows, a, to, options)), expected_keys(model, a, to, options));
        const auto found = model.find(b);
        ASSERT_EQ(txn.get(kRows, b),
                  found == model.end() ? std::nullopt : std::optional(found->second));
      }
    });
    const Page page = store_->range(kRows, "", "");
    ASSERT_EQ(keys_of(page), expected_keys(model, "", "", {}));
    for (const KeyValue& row : page.rows) ASSERT_EQ(row.value, model[row.key]);
  }
}

// Two daemons on one directory would destroy it; the user must be told what is wrong.
TEST_P(StoreContract, ADirectoryInUseIsRefused) {
  try {
    open_rocksdb_store({.directory = directory_.path()});
    FAIL() << "opened twice";
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("is in use by another cumulite"), std::string::npos)
        << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Rocksdb, StoreContract,
                         testing::Values(Durability::kNone, Durability::kProcess,
                                         Durability::kFsync),
                         [](const auto& durability) {
                           switch (durability.param) {
                             case Durability::kNone:
                               return "None";
                             case Durability::kProcess:
                               return "Process";
                             case Durability::kFsync:
                               return "Fsync";
                           }
                           return "";
                         });

class StoreDeathTest : public testing::Test {
 protected:
  StoreDeathTest() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    store_ = open_rocksdb_store({.directory = directory_.path(), .unguarded_spaces = {kUnguarded}});
  }

  TestDirectory directory_;
  std::unique_ptr<Store> store_;
};

// A write outside of the declared domains is a lost update that no test would show: it stops the
// process at once. Unguarded spaces and adds are exempt.
TEST_F(StoreDeathTest, WritesOutsideOfTheDomainsAbort) {
  const Domains domains = {Domain::exclusive_on(kRows, "mine/"), Domain::shared_on(kRows, "our/")};
  const auto run = [&](const std::function<void(Txn&)>& body) { store_->transact(domains, body); };
  run([](Txn& txn) {
    txn.put(kRows, "mine/a", "");
    txn.del_range(kRows, "mine/", "mine0");
    txn.put(kUnguarded, "a", "");
    txn.add(kOther, "n", 1);
  });
  const char* reason = "without declaring an exclusive domain";
  EXPECT_DEATH(run([](Txn& txn) { txn.put(kRows, "yours/a", ""); }), reason);
  EXPECT_DEATH(run([](Txn& txn) { txn.del(kRows, "our/a"); }), reason);
  EXPECT_DEATH(run([](Txn& txn) { txn.put(kOther, "mine/a", ""); }), reason);
  EXPECT_DEATH(run([](Txn& txn) { txn.del_range(kRows, "mine/a", "mine1"); }), reason);
  EXPECT_DEATH(run([](Txn& txn) { txn.del_range(kRows, "mine/a", ""); }), reason);
}

// A nested transaction would wait for its own lock for ever; a clear stop beats a hang.
TEST_F(StoreDeathTest, NestedTransactionsAbort) {
  EXPECT_DEATH(store_->transact({}, [&](Txn&) { store_->transact({}, [](Txn&) {}); }),
               "begun inside another");
}

}  // namespace
}  // namespace cumulite::storage
