#include "emulator/services/dynamodb/item/ongoing_writes.h"

#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace cumulite::dynamodb {
namespace {

using Write = OngoingWrites::Write;
using Transaction = OngoingWrites::Transaction;

// Single writes of an item wait for each other elsewhere: here they are all let through.
TEST(OngoingWrites, WritesDoNotRefuseEachOther) {
  OngoingWrites ongoing;
  EXPECT_FALSE(ongoing.contains("a"));
  {
    const Write first(ongoing, "a");
    const Write second(ongoing, "a");
    EXPECT_FALSE(second.refused());
    EXPECT_TRUE(Transaction(ongoing, {"a"}).conflicts().empty()) << "it waits for them";
    EXPECT_TRUE(ongoing.contains("a"));
  }
  EXPECT_FALSE(ongoing.contains("a"));
}

// All or nothing: the refused one must not stand in the way of others with its other items.
TEST(OngoingWrites, ATransactionThatIsRefusedHoldsNothing) {
  OngoingWrites ongoing;
  const Transaction first(ongoing, {"b", "d"});
  ASSERT_TRUE(first.conflicts().empty());
  const Transaction second(ongoing, {"a", "b", "c", "d"});
  EXPECT_EQ(second.conflicts(), (std::vector<std::size_t>{1, 3}));
  EXPECT_FALSE(ongoing.contains("a"));
  EXPECT_FALSE(Write(ongoing, "c").refused());
  EXPECT_TRUE(Write(ongoing, "b").refused());
}

// What was refused was not begun: its end must not end the transaction that refused it.
TEST(OngoingWrites, ARefusalLeavesTheTransaction) {
  OngoingWrites ongoing;
  {
    const Transaction first(ongoing, {"a"});
    EXPECT_TRUE(Write(ongoing, "a").refused());
    EXPECT_FALSE(Transaction(ongoing, {"a"}).conflicts().empty());
    EXPECT_TRUE(Write(ongoing, "a").refused());
  }
  EXPECT_FALSE(Write(ongoing, "a").refused());
}

// More keys than the table has lists: many share one, and none may be taken for another.
TEST(OngoingWrites, DifferentKeysNeverConflict) {
  OngoingWrites ongoing;
  std::vector<std::string> names;
  for (int i = 0; i < 2'000; ++i) names.push_back("item-" + std::to_string(i));
  const std::vector<std::string_view> held(names.begin(), names.begin() + 1'000);
  const Transaction transaction(ongoing, held);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(Write(ongoing, names[i]).refused(), i < 1'000) << names[i];
    EXPECT_EQ(ongoing.contains(names[i]), i < 1'000) << names[i];
  }
}

// Transactions that name the same items in opposite orders: never two at once, never none for ever.
TEST(OngoingWrites, OneOfTwoTransactionsAlwaysGoesOn) {
  OngoingWrites ongoing;
  std::atomic<int> inside = 0;
  std::atomic<bool> overlapped = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::vector<std::string_view> keys = t % 2 == 0
                                                     ? std::vector<std::string_view>{"a", "b", "c"}
                                                     : std::vector<std::string_view>{"c", "b", "a"};
      for (int done = 0; done < 500;) {
        const Transaction transaction(ongoing, keys);
        if (!transaction.conflicts().empty()) continue;
        if (++inside != 1) overlapped = true;
        --inside;
        ++done;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(overlapped);
  EXPECT_FALSE(ongoing.contains("a"));
}

}  // namespace
}  // namespace cumulite::dynamodb
