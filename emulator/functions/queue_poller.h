#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "emulator/clock/clock.h"
#include "emulator/events/wake_hub.h"
#include "emulator/functions/invocation.h"
#include "emulator/functions/queue_source.h"
#include "emulator/functions/registry.h"

namespace cumulite::functions {

/// What pollers work with.
struct PollerParts {
  FunctionRegistry& registry;
  FunctionInvoker& invoker;
  QueueSource& queues;
  Clock& clock;
  WakeHub& wake;
};

/// Reads one queue for one function, as Lambda's event source mapping does: takes a batch, invokes,
/// deletes what succeeded. What failed stays in flight until its visibility time-out ends, so that
/// the queue's redrive policy counts. Threads of its own: one per batch at a time.
class QueuePoller {
 public:
  QueuePoller(EventSourcePtr source, PollerParts parts);
  ~QueuePoller();
  QueuePoller(const QueuePoller&) = delete;
  QueuePoller& operator=(const QueuePoller&) = delete;

  const EventSource& source() const { return *source_; }

  /// Messages that are to be received and batches under way. For settle.
  std::uint64_t pending() const;
  /// Stops taking batches; the destructor waits for those under way.
  void stop();

 private:
  void work();
  bool process_batch();
  std::vector<QueueMessage> take_batch();
  bool wait_ms(std::int64_t real_ms);

  EventSourcePtr source_;
  PollerParts parts_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::uint64_t wakes_ = 0;  // mutex_.
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> busy_ = 0;
  std::unique_ptr<http::Subscription> subscription_;
  std::vector<std::thread> threads_;
};

/// The event that a function gets for a batch: {"Records": [...]}.
std::string sqs_event(const EventSource& source, const std::vector<QueueMessage>& messages);
/// Receipt handles of the messages that a successful invocation has dealt with: all, or all but
/// those that its result reports in "batchItemFailures". A malformed report means that all failed.
std::vector<std::string> handled(const EventSource& source,
                                 const std::vector<QueueMessage>& messages,
                                 std::string_view result_json);

}  // namespace cumulite::functions
