#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "emulator/events/wake_hub.h"
#include "emulator/functions/sources/event_filter.h"
#include "emulator/functions/sources/poller.h"

namespace cumulite::functions {

/// Reads one queue for one function, as Lambda's event source mapping does: takes a batch, deletes
/// what its filter does not want, invokes, deletes what succeeded. What failed stays in flight
/// until its visibility time-out ends, so that the queue's redrive policy counts. One thread while
/// there is little to do, up to the source's concurrency while there is more.
class QueuePoller final : public Poller {
 public:
  QueuePoller(EventSourcePtr source, EventFilter filter, PollerParts parts);
  ~QueuePoller() override;
  QueuePoller(const QueuePoller&) = delete;
  QueuePoller& operator=(const QueuePoller&) = delete;

  const EventSource& source() const override { return *source_; }

  std::uint64_t pending() const override;
  std::uint64_t open_windows() const override;
  void stop() override;

  void abandon() override { abandoned_ = true; }

 private:
  struct Batch {
    std::vector<QueueMessage> messages;
    std::vector<std::string> records;
  };

  void work();
  bool process_batch();
  void process(const Batch& batch);
  Batch take_batch();
  void add_wanted(std::vector<QueueMessage> received, Batch& batch);
  /// Waits for more messages, for at most the rest of the batching window; false when it is over.
  bool wait_in_window(std::int64_t deadline_ms, std::uint64_t seen);
  void grow();

  std::int64_t now_ms() const { return parts_.env.clock.now_ms(source_->account); }

  EventSourcePtr source_;
  EventFilter filter_;
  PollerParts parts_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::uint64_t wakes_ = 0;                       // mutex_.
  std::multiset<std::int64_t> window_deadlines_;  // Of those who wait in a window; mutex_.
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> abandoned_ = false;
  std::uint64_t busy_ = 0;  // Not counting those who wait in a window; mutex_.
  std::unique_ptr<http::Subscription> subscription_;
  std::vector<std::thread> threads_;  // mutex_, while not stopping.
};

}  // namespace cumulite::functions
