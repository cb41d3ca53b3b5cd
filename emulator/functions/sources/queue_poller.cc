#include "emulator/functions/sources/queue_poller.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "emulator/core/log.h"
#include "emulator/functions/sources/queue_batch.h"

namespace cumulite::functions {
namespace {

constexpr std::size_t kReceiveMax = 100;

std::size_t threads_of(const EventSource& source) {
  const auto most = source.maximum_concurrency > 0 ? source.maximum_concurrency : kQueueConcurrency;
  return static_cast<std::size_t>(most);
}

}  // namespace

QueuePoller::QueuePoller(EventSourcePtr source, EventFilter filter, PollerParts parts)
    : source_(std::move(source)),
      filter_(std::move(filter)),
      parts_(parts),
      threads_(parts_.env.wake, parts_.queues.topic(source_->event_source_arn),
               threads_of(*source_), [this] { work(); }) {
  const std::lock_guard lock(threads_.mutex());
  threads_.grow();
}

std::uint64_t QueuePoller::pending() const {
  // Without its function the source stands still, and what it would read is nobody's work.
  if (!parts_.invoker.has_function(source_->function_arn())) return 0;
  // Read before the count of the busy: a message goes from the one to the other.
  const auto visible = parts_.queues.visible(source_->event_source_arn);
  const std::lock_guard lock(threads_.mutex());
  const auto over =
      std::distance(window_deadlines_.begin(), window_deadlines_.upper_bound(now_ms()));
  return visible + busy_ + static_cast<std::uint64_t>(over);
}

std::uint64_t QueuePoller::open_windows() const {
  const std::lock_guard lock(threads_.mutex());
  return static_cast<std::uint64_t>(
      std::distance(window_deadlines_.upper_bound(now_ms()), window_deadlines_.end()));
}

void QueuePoller::work() {
  while (!threads_.is_stopping()) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(threads_.mutex());
      seen = threads_.wakes();
      // Counted before the receive: between the two, settle would see neither the message nor the
      // batch.
      ++busy_;
    }
    bool worked = false;
    try {
      worked = process_batch();
    } catch (const std::exception& error) {
      log::error("event source {} of function {}: {}", source_->event_source_arn, source_->function,
                 error.what());
    }
    std::unique_lock lock(threads_.mutex());
    --busy_;
    if (worked) continue;
    threads_.wait_a_while(lock, seen);
  }
}

bool QueuePoller::process_batch() {
  if (!parts_.invoker.has_function(source_->function_arn())) return false;
  const Batch batch = take_batch();
  if (batch.messages.empty()) return false;
  // Another thread takes what this one cannot while its function runs.
  if (parts_.queues.visible(source_->event_source_arn) > 0) {
    const std::lock_guard lock(threads_.mutex());
    threads_.grow();
  }
  Batch part;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < batch.messages.size(); ++i) {
    if (!part.messages.empty() && bytes + batch.records[i].size() > kEventBytesMax) {
      process(std::exchange(part, {}));
      bytes = 0;
    }
    bytes += batch.records[i].size();
    part.messages.push_back(batch.messages[i]);
    part.records.push_back(batch.records[i]);
  }
  process(part);
  return true;
}

void QueuePoller::process(const Batch& batch) {
  if (abandoned_) return;
  const auto event = event_of(batch.records);
  InvocationRequest request;
  request.arn = source_->function_arn();
  request.payload = event;
  request.now_ms = now_ms();
  const auto result = parts_.invoker.invoke_sync(request);
  if (abandoned_) return;
  if (!result.ok()) {
    log::info("function {} failed on {} message(s): {}", source_->function, batch.messages.size(),
              result.payload);
    return;
  }
  const auto handles = handled(*source_, batch.messages, result.payload);
  if (!handles.empty()) parts_.queues.remove(source_->event_source_arn, handles);
}

/// Keeps what the filter lets pass, and deletes the rest, which was received for nothing.
void QueuePoller::add_wanted(std::vector<QueueMessage> received, Batch& batch) {
  std::vector<std::string> unwanted;
  for (QueueMessage& message : received) {
    auto record = queue_record(*source_, message);
    if (passes(filter_, record)) {
      batch.messages.push_back(std::move(message));
      batch.records.push_back(std::move(record));
    } else {
      unwanted.push_back(message.receipt_handle);
    }
  }
  if (!unwanted.empty()) parts_.queues.remove(source_->event_source_arn, unwanted);
}

/// A batch is full, or nothing more comes within the batching window of virtual time.
QueuePoller::Batch QueuePoller::take_batch() {
  const auto size = static_cast<std::size_t>(source_->batch_size);
  Batch batch;
  std::int64_t deadline_ms = 0;
  while (!threads_.is_stopping() && batch.messages.size() < size) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(threads_.mutex());
      seen = threads_.wakes();
    }
    auto more = parts_.queues.receive(source_->event_source_arn,
                                      std::min(kReceiveMax, size - batch.messages.size()));
    if (batch.messages.empty() && more.empty()) break;
    if (batch.messages.empty()) deadline_ms = now_ms() + source_->batching_window_seconds * 1'000;
    const bool none = more.empty();
    add_wanted(std::move(more), batch);
    if (none && !batch.messages.empty() && !wait_in_window(deadline_ms, seen)) break;
  }
  return batch;
}

bool QueuePoller::wait_in_window(std::int64_t deadline_ms, std::uint64_t seen) {
  if (now_ms() >= deadline_ms) return false;
  parts_.env.due.wake_at(source_->account, deadline_ms,
                         parts_.queues.topic(source_->event_source_arn));
  std::unique_lock lock(threads_.mutex());
  const auto waiting = window_deadlines_.insert(deadline_ms);
  --busy_;
  threads_.wait(lock, seen);
  ++busy_;
  window_deadlines_.erase(waiting);
  return !threads_.is_stopping();
}

}  // namespace cumulite::functions
