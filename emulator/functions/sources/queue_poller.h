#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "emulator/functions/sources/event_filter.h"
#include "emulator/functions/sources/poller.h"
#include "emulator/functions/sources/poller_threads.h"

namespace cumulite::functions {

/// Reads one queue for one function, as Lambda's event source mapping does: takes a batch, deletes
/// what its filter does not want, invokes, deletes what succeeded. What failed stays in flight
/// until its visibility time-out ends, so that the queue's redrive policy counts. One thread while
/// there is little to do, up to the source's concurrency while there is more.
class QueuePoller final : public Poller {
 public:
  QueuePoller(EventSourcePtr source, EventFilter filter, PollerParts parts);

  const EventSource& source() const override { return *source_; }

  std::uint64_t pending() const override;
  std::uint64_t open_windows() const override;

  void stop() override { threads_.stop(); }

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

  std::int64_t now_ms() const { return parts_.env.clock.now_ms(source_->account); }

  EventSourcePtr source_;
  EventFilter filter_;
  PollerParts parts_;
  std::atomic<bool> abandoned_ = false;
  // Under the lock of threads_:
  std::multiset<std::int64_t> window_deadlines_;  // Of those who wait in a window.
  std::uint64_t busy_ = 0;                        // Not counting them.
  PollerThreads threads_;
};

}  // namespace cumulite::functions
