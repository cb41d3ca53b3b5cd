#include "emulator/events/outbox.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"

namespace cumulite {
namespace {

constexpr std::string_view kSender = "111111111111";

class OutboxTest : public ::testing::Test {
 protected:
  void append(std::string kind, std::string payload, std::string_view account = kSender) {
    const Event event{0,        std::string(account), "us-east-1", std::move(kind),
                      "target", std::move(payload)};
    env_.store().transact({}, [&](storage::Txn& txn) { env_.outbox().append(txn, event); });
  }

  Outbox::Deliverer record() {
    return [this](const Event& event) {
      const std::lock_guard lock(mutex_);
      delivered_.push_back(event.payload + "#" + std::to_string(event.attempt));
      return Delivery{};
    };
  }

  std::vector<std::string> delivered() {
    EXPECT_TRUE(env_.outbox().wait_idle(10'000));
    const std::lock_guard lock(mutex_);
    return delivered_;
  }

  TestEnvironment env_;
  std::mutex mutex_;
  std::vector<std::string> delivered_;
};

TEST_F(OutboxTest, DeliversInProcessKindsInOneOrder) {
  env_.outbox().register_target("a", 0, record());
  env_.outbox().register_target("b", 0, record());
  append("a", "1");
  append("b", "2");
  append("a", "3");
  EXPECT_EQ(env_.outbox().pending(kSender), 3U);
  EXPECT_EQ(env_.outbox().pending("222222222222"), 0U);
  env_.start();
  EXPECT_EQ(delivered(), (std::vector<std::string>{"1#0", "2#0", "3#0"}));
  EXPECT_EQ(env_.outbox().pending(), 0U);
  EXPECT_TRUE(env_.outbox().list("", 10).empty()) << "delivered rows are gone";
}

// What was acknowledged reaches its target, whenever the process dies in between.
TEST_F(OutboxTest, AnEventOfAnEarlierRunIsDelivered) {
  env_.outbox().register_target("a", 0, record());
  append("a", "early");
  env_.reopen();
  env_.outbox().register_target("a", 0, record());
  env_.start();
  EXPECT_EQ(delivered(), (std::vector<std::string>{"early#0"}));
}

TEST_F(OutboxTest, ARetryWaitsForTheVirtualTimeAndKeepsItsAttempt) {
  env_.outbox().register_target("http", 2, [this](const Event& event) {
    const std::lock_guard lock(mutex_);
    delivered_.push_back(std::to_string(env_.clock().now_ms() - TestEnvironment::kStartMs) + "#" +
                         std::to_string(event.attempt));
    if (event.attempt == 2) return Delivery{};
    return Delivery{Delivery::Outcome::kRetry, env_.clock().now_ms() + 20'000};
  });
  env_.start();
  append("http", "x");
  EXPECT_EQ(delivered(), (std::vector<std::string>{"0#0"})) << "waiting is not pending";
  // The chain of retries runs within one advance, each at its own time.
  env_.advance(3'600'000);
  EXPECT_EQ(delivered(), (std::vector<std::string>{"0#0", "20000#1", "40000#2"}));
}

TEST_F(OutboxTest, ARetrySurvivesARestart) {
  env_.outbox().register_target("a", 0, [this](const Event&) {
    return Delivery{Delivery::Outcome::kRetry, env_.clock().now_ms() + 1'000};
  });
  env_.start();
  append("a", "x");
  EXPECT_TRUE(env_.outbox().wait_idle(10'000));
  env_.reopen();
  env_.outbox().register_target("a", 0, record());
  env_.start();
  EXPECT_TRUE(delivered().empty());
  env_.advance(1'000);
  EXPECT_EQ(delivered(), (std::vector<std::string>{"x#1"}));
}

// Exactly once: the event goes in the transaction that applies it.
TEST_F(OutboxTest, ATargetMayRemoveTheEventItself) {
  env_.outbox().register_target("a", 0, [this](const Event& event) {
    env_.store().transact({}, [&](storage::Txn& txn) { env_.outbox().remove(txn, event); });
    return Delivery{Delivery::Outcome::kRemoved};
  });
  env_.start();
  append("a", "x");
  EXPECT_TRUE(env_.outbox().wait_idle(10'000));
  EXPECT_TRUE(env_.outbox().list("a", 10).empty());
}

TEST_F(OutboxTest, ATargetThatThrowsIsTriedAgain) {
  std::atomic<int> tries = 0;
  env_.outbox().register_target("a", 0, [&](const Event&) -> Delivery {
    if (++tries < 3) throw std::runtime_error("refused by the test");
    return {};
  });
  env_.start();
  append("a", "x");
  EXPECT_TRUE(env_.outbox().wait_idle(10'000));
  EXPECT_EQ(tries, 3);
}

// An SQS message of 1 MiB exceeds one row once it is in an event.
TEST_F(OutboxTest, CarriesEventsLargerThanARow) {
  const std::string large(storage::kValueBytesMax * 2 + 17, 'x');
  std::atomic<bool> is_equal = false;
  env_.outbox().register_target("a", 0, [&](const Event& event) {
    is_equal = event.payload == large;
    return Delivery{};
  });
  env_.start();
  append("a", large);
  EXPECT_TRUE(env_.outbox().wait_idle(10'000));
  EXPECT_TRUE(is_equal);
  EXPECT_TRUE(env_.outbox().list("", 10).empty());
}

TEST_F(OutboxTest, ResetDropsOneAccountsEvents) {
  env_.outbox().register_target("a", 0, record());
  append("a", "gone");
  append("a", "stays", "222222222222");
  env_.outbox().reset(kSender);
  EXPECT_EQ(env_.outbox().pending(), 1U);
  env_.start();
  EXPECT_EQ(delivered(), (std::vector<std::string>{"stays#0"}));
}

TEST_F(OutboxTest, AManyThousandEventBacklogIsDeliveredOnce) {
  std::atomic<int> count = 0;
  env_.outbox().register_target("a", 4, [&](const Event&) {
    ++count;
    return Delivery{};
  });
  for (int i = 0; i < 3'000; ++i) append("a", "x");
  env_.start();
  for (int i = 0; i < 200; ++i) append("a", "y");
  EXPECT_TRUE(env_.outbox().wait_idle(30'000));
  EXPECT_EQ(count, 3'200);
}

}  // namespace
}  // namespace cumulite
