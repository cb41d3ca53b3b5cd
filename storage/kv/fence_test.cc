#include "storage/kv/fence.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace cumulite::storage {
namespace {

// Whoever closed the fence is alone: no thread is inside meanwhile, and all go on afterwards.
TEST(FenceTest, ClosingKeepsEverybodyOut) {
  Fence fence;
  std::atomic<bool> is_done = false;
  std::atomic<bool> is_closed = false;
  std::atomic<int> seen_inside = 0;
  std::atomic<std::uint64_t> passes = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!is_done) {
        const Fence::Pass pass(fence);
        if (is_closed) ++seen_inside;
        ++passes;
      }
    });
  }
  for (int round = 0; round < 200; ++round) {
    const Fence::Closed closed(fence);
    is_closed = true;
    std::this_thread::yield();
    is_closed = false;
  }
  const auto before = passes.load();
  while (passes.load() == before) std::this_thread::yield();
  is_done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(seen_inside, 0);
}

// A handler that holds a pass may use the store, which takes another, also while somebody waits to
// close; and the closing thread itself uses the store.
TEST(FenceTest, PassesNest) {
  Fence fence;
  std::atomic<bool> is_inside = false;
  std::thread handler([&] {
    const Fence::Pass outer(fence);
    is_inside = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const Fence::Pass inner(fence);
  });
  while (!is_inside) std::this_thread::yield();
  {
    const Fence::Closed closed(fence);
    const Fence::Pass own(fence);
  }
  handler.join();
  const Fence::Pass again(fence);
}

// A thread may be inside of two fences: each counts for itself.
TEST(FenceTest, FencesAreIndependent) {
  Fence one;
  Fence other;
  const Fence::Pass pass(one);
  const Fence::Closed closed(other);
  const Fence::Pass through(other);
}

}  // namespace
}  // namespace cumulite::storage
