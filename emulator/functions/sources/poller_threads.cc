#include "emulator/functions/sources/poller_threads.h"

#include <chrono>
#include <utility>

namespace cumulite::functions {
namespace {

constexpr std::chrono::seconds kLookAgain{5};

}  // namespace

PollerThreads::PollerThreads(WakeHub& hub, std::string_view topic, std::size_t most,
                             std::function<void()> work)
    : most_(most), work_(std::move(work)) {
  subscription_ = hub.subscribe(topic, [this] {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    woken_.notify_all();
  });
}

PollerThreads::~PollerThreads() {
  stop();
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    threads.swap(threads_);
  }
  for (auto& thread : threads) thread.join();
}

void PollerThreads::grow() {
  if (stopping_ || threads_.size() >= most_) return;
  threads_.emplace_back(work_);
}

void PollerThreads::wait(std::unique_lock<std::mutex>& lock, std::uint64_t seen) {
  woken_.wait(lock, [&] { return stopping_ || wakes_ != seen; });
}

void PollerThreads::wait_a_while(std::unique_lock<std::mutex>& lock, std::uint64_t seen) {
  woken_.wait_for(lock, kLookAgain, [&] { return stopping_ || wakes_ != seen; });
}

void PollerThreads::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  woken_.notify_all();
}

}  // namespace cumulite::functions
