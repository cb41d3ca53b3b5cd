#include "emulator/clock/due_index.h"

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"

namespace cumulite {
namespace {

constexpr std::int64_t kStart = TestEnvironment::kStartMs;
constexpr std::string_view kAccount = "111111111111";

class DueIndexTest : public ::testing::Test {
 protected:
  void schedule(std::int64_t due_ms, std::string id, std::string_view account = kAccount) {
    const DueRow row{std::string(account), due_ms, "test", std::move(id)};
    env_.store().transact({}, [&](storage::Txn& txn) { env_.due().schedule(txn, row); });
  }

  /// A handler that notes "id@offset" and removes its row.
  void record_runs() {
    env_.due().register_kind("test", [this](const DueRow& row, std::int64_t now_ms) {
      runs_.push_back(row.id + "@" + std::to_string(now_ms - kStart));
      env_.store().transact({}, [&](storage::Txn& txn) { env_.due().remove(txn, row); });
    });
  }

  TestEnvironment env_;
  std::vector<std::string> runs_;
};

TEST_F(DueIndexTest, RunsRowsInOrderOfTimeEachAtItsOwnTime) {
  record_runs();
  schedule(kStart + 3'000, "c");
  schedule(kStart + 1'000, "a");
  schedule(kStart + 2'000, "b", "222222222222");
  schedule(kStart + 9'000, "later");
  EXPECT_EQ(env_.advance(5'000), 3U);
  EXPECT_EQ(runs_, (std::vector<std::string>{"a@1000", "b@2000", "c@3000"}));
  EXPECT_EQ(env_.clock().now_ms(), kStart + 5'000);
}

// A retry that schedules the next retry must see the times in between, not the target of the
// advance.
TEST_F(DueIndexTest, RowsScheduledByRowsRunWithinTheSameAdvance) {
  env_.due().register_kind("test", [this](const DueRow& row, std::int64_t now_ms) {
    runs_.push_back(std::to_string(now_ms - kStart));
    env_.store().transact({}, [&](storage::Txn& txn) {
      env_.due().remove(txn, row);
      env_.due().schedule(txn, {row.account, now_ms + 1'000, "test", "next"});
    });
  });
  schedule(kStart + 500, "first");
  EXPECT_EQ(env_.advance(3'000), 3U);
  EXPECT_EQ(runs_, (std::vector<std::string>{"500", "1500", "2500"}));
}

TEST_F(DueIndexTest, AnAccountsOwnClockLeavesOtherAccountsAlone) {
  record_runs();
  schedule(kStart + 1'000, "own");
  schedule(kStart + 1'000, "common", "222222222222");
  EXPECT_EQ(env_.due().advance(2'000, kAccount), 1U);
  EXPECT_EQ(env_.due().due_now(), 0U);
  EXPECT_EQ(env_.advance(1'000), 1U) << "the account with its own clock is not run twice";
  EXPECT_EQ(runs_, (std::vector<std::string>{"own@1000", "common@1000"}));
  EXPECT_EQ(env_.clock().now_ms(kAccount), kStart + 2'000);
}

TEST_F(DueIndexTest, SurvivesARestart) {
  schedule(kStart + 1'000, "kept");
  env_.reopen();
  record_runs();
  env_.start();
  EXPECT_EQ(env_.advance(1'000), 1U);
  EXPECT_EQ(runs_, (std::vector<std::string>{"kept@1000"}));
}

// With storage failing, the row must neither be lost nor stop the others nor spin.
TEST_F(DueIndexTest, ARowWhoseHandlerFailsIsKeptAndLetsOthersPass) {
  env_.due().register_kind("test", [this](const DueRow& row, std::int64_t) {
    runs_.push_back(row.id);
    if (row.id == "bad") throw std::runtime_error("refused by the test");
    env_.store().transact({}, [&](storage::Txn& txn) { env_.due().remove(txn, row); });
  });
  schedule(kStart + 1, "bad");
  schedule(kStart + 2, "good");
  EXPECT_EQ(env_.advance(10), 2U);
  EXPECT_EQ(runs_, (std::vector<std::string>{"bad", "good"}));
  EXPECT_EQ(env_.due().due_now(kAccount), 1U);
}

TEST_F(DueIndexTest, ResetDropsOneAccountsRows) {
  record_runs();
  schedule(kStart + 1, "gone");
  schedule(kStart + 1, "stays", "222222222222");
  env_.due().reset(kAccount);
  env_.advance(10);
  EXPECT_EQ(runs_, (std::vector<std::string>{"stays@1"}));
}

TEST_F(DueIndexTest, WakesTopicsWhenTheClockPassesTheirTime) {
  std::atomic<int> woken = 0;
  const auto subscription = env_.wake().subscribe("topic", [&] { ++woken; });
  env_.due().wake_at(kAccount, kStart + 1'000, "topic");
  env_.advance(999);
  const int before = woken.exchange(0);
  EXPECT_EQ(before, 1) << "an advance wakes everybody once";
  env_.advance(1);
  EXPECT_EQ(woken, 2) << "the time-out, and the advance";
}

TEST_F(DueIndexTest, TheWorkerRunsRowsWhenRealTimeComes) {
  std::promise<void> ran;
  env_.due().register_kind("test", [&](const DueRow& row, std::int64_t) {
    env_.store().transact({}, [&](storage::Txn& txn) { env_.due().remove(txn, row); });
    ran.set_value();
  });
  env_.start();
  env_.clock().resume();
  env_.due().clock_changed();
  schedule(env_.clock().now_ms() + 30, "soon");
  EXPECT_EQ(ran.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

}  // namespace
}  // namespace cumulite
