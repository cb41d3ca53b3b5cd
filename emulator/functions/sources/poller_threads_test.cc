#include "emulator/functions/sources/poller_threads.h"

#include <atomic>

#include <gtest/gtest.h>

namespace cumulite::functions {
namespace {

// A wake-up between a look and the wait must not be lost, however many wait, and the end must reach
// all of them: otherwise a message lies there until the next one comes.
TEST(PollerThreads, WakeUpsAndTheEndReachEveryThread) {
  constexpr int kRounds = 200;
  WakeHub hub;
  std::atomic<std::uint64_t> seen_by_all[2] = {0, 0};
  std::atomic<int> started = 0;
  std::atomic<int> ended = 0;
  {
    PollerThreads* made = nullptr;
    PollerThreads threads(hub, "topic", 2, [&] {
      std::atomic<std::uint64_t>& mine = seen_by_all[started++];
      std::unique_lock lock(made->mutex());
      while (!made->is_stopping()) {
        mine = made->wakes();
        made->wait(lock, mine);
      }
      ++ended;
    });
    {
      const std::lock_guard lock(threads.mutex());
      made = &threads;
      for (int i = 0; i < 5; ++i) threads.grow();
    }
    while (seen_by_all[0] == 0 || seen_by_all[1] == 0) std::this_thread::yield();
    for (int round = 0; round < kRounds; ++round) {
      const std::uint64_t before = seen_by_all[0];
      hub.notify("topic");
      while (seen_by_all[0] == before || seen_by_all[1] != seen_by_all[0]) {
        std::this_thread::yield();
      }
    }
  }
  EXPECT_EQ(started, 2);
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(seen_by_all[0], 1 + kRounds);
}

}  // namespace
}  // namespace cumulite::functions
