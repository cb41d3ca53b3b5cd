#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "emulator/events/wake_hub.h"

namespace cumulite::functions {

/// The threads of a poller, and what they wait for: wake-ups of its topic, and the end. It is the
/// poller's last member, because its destructor ends the threads, which use the others.
class PollerThreads {
 public:
  /// Each thread runs `work` once: it goes round until `is_stopping`. None runs before `grow`.
  PollerThreads(WakeHub& hub, std::string_view topic, std::size_t most, std::function<void()> work);
  /// Waits for what is under way.
  ~PollerThreads();
  PollerThreads(const PollerThreads&) = delete;
  PollerThreads& operator=(const PollerThreads&) = delete;

  /// Guards the poller's own state as well, so that a wake-up is not lost between the two.
  std::mutex& mutex() const { return mutex_; }

  bool is_stopping() const { return stopping_; }

  /// Counts wake-ups, from 1. Under the lock.
  std::uint64_t wakes() const { return wakes_; }

  /// One more thread, unless there are as many as there may be. Under the lock.
  void grow();
  /// Until there are other wake-ups than `seen`, or the end.
  void wait(std::unique_lock<std::mutex>& lock, std::uint64_t seen);
  /// The same, for a few seconds of real time at the most: of a function that appears, or of a
  /// stream that was read into the data directory, nobody tells.
  void wait_a_while(std::unique_lock<std::mutex>& lock, std::uint64_t seen);
  /// Ends every wait; threads are not waited for.
  void stop();

 private:
  std::size_t most_;
  std::function<void()> work_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::uint64_t wakes_ = 1;  // mutex_.
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;  // mutex_, while not stopping.
  std::unique_ptr<http::Subscription> subscription_;
};

}  // namespace cumulite::functions
