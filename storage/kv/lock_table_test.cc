#include "storage/kv/lock_table.h"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace cumulite::storage {
namespace {

// A plain integer under an exclusive domain loses no increment: the lock excludes.
TEST(LockTable, ExclusiveDomainsRunOneAfterTheOther) {
  LockTable locks;
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) {
        const auto guard = locks.lock({Domain::exclusive_on(1, "queue")});
        ++count;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 20'000);
}

// Two shared holders are inside at once (each waits for the other there), so uploads to one bucket
// do not queue behind each other.
TEST(LockTable, SharedDomainsRunTogether) {
  LockTable locks;
  std::promise<void> first_inside, second_inside;
  std::thread first([&] {
    const auto guard = locks.lock({Domain::shared_on(1, "bucket")});
    first_inside.set_value();
    second_inside.get_future().wait();
  });
  std::thread second([&] {
    const auto guard = locks.lock({Domain::shared_on(1, "bucket")});
    second_inside.set_value();
    first_inside.get_future().wait();
  });
  first.join();
  second.join();
}

// An operation on the whole waits for those on its parts, which declared the whole as shared.
TEST(LockTable, ExclusiveExcludesShared) {
  LockTable locks;
  std::atomic<int> inside = 0;
  std::atomic<bool> overlapped = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) {
        if (t == 0) {
          const auto guard = locks.lock({Domain::exclusive_on(1, "bucket")});
          if (inside != 0) overlapped = true;
        } else {
          const auto guard = locks.lock({Domain::shared_on(1, "bucket")});
          ++inside;
          --inside;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(overlapped);
}

// One stripe forces every domain onto the same lock: naming a domain twice, once shared and once
// exclusive, must neither block on itself nor end up shared.
TEST(LockTable, AStripeIsTakenOnceInTheStrongerMode) {
  LockTable locks(1);
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        const auto guard = locks.lock({Domain::shared_on(1, "a"), Domain::exclusive_on(2, "b"),
                                       Domain::shared_on(1, "a"), Domain::shared_on(3, "c")});
        ++count;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 6'000);
}

// Declaring the same domains in opposite orders is the classic deadlock; sorting removes it.
TEST(LockTable, OppositeOrdersDoNotDeadlock) {
  LockTable locks(64);
  std::atomic<int> locked = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5'000; ++i) {
        Domains domains;
        for (int d = 0; d < 8; ++d) {
          const std::string name = std::to_string(t % 2 == 0 ? d : 7 - d);
          domains.push_back({1, name, (i + d) % 3 == 0});
        }
        const auto guard = locks.lock(domains);
        ++locked;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(locked, 4 * 5'000);
}

}  // namespace
}  // namespace cumulite::storage
