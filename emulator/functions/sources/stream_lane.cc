#include "emulator/functions/sources/stream_lane.h"

#include <algorithm>
#include <utility>

#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "protocol/time_units.h"
#include "storage/kv/replaceable.h"

namespace cumulite::functions {
namespace {

// Lambda does not say how long it waits before it tries a batch again, only that it backs off.
constexpr std::int64_t kRetryFirstMs = kSecondMs;
constexpr std::int64_t kRetryLongestMs = kMinuteMs;
// A window's state may have 1 MB, and its row has to fit into the store.
constexpr std::size_t kStateBytesMax = 1'000'000;

std::int64_t back_off_ms(std::int64_t attempts) {
  return std::min(kRetryFirstMs << std::clamp<std::int64_t>(attempts - 1, 0, 10), kRetryLongestMs);
}

/// Both sides of a batch at a record.
StreamBatch front_of(const StreamBatch& batch, std::size_t count) {
  StreamBatch front;
  front.records.assign(batch.records.begin(),
                       batch.records.begin() + static_cast<std::ptrdiff_t>(count));
  front.next_sequence =
      count < batch.records.size() ? batch.records[count].sequence : batch.next_sequence;
  return front;
}

StreamBatch rest_of(StreamBatch batch, std::size_t first) {
  batch.records.erase(batch.records.begin(),
                      batch.records.begin() + static_cast<std::ptrdiff_t>(first));
  return batch;
}

}  // namespace

StreamLane::StreamLane(EventSourcePtr source, const EventFilter& filter, PollerParts parts,
                       LaneRange range, LaneRow row, const std::atomic<bool>& abandoned)
    : source_(std::move(source)),
      filter_(filter),
      parts_(parts),
      range_(std::move(range)),
      key_(std::move(row.key)),
      position_(std::move(row.position)),
      abandoned_(abandoned) {}

StreamLane::Next StreamLane::step(bool is_closed) {
  const std::int64_t now_ms = parts_.env.clock.now_ms(source_->account);
  if (position_.retry_at_ms > now_ms) return {position_.retry_at_ms};
  StreamBatch batch = read_batch(parts_.streams, *source_, filter_, range_, position_);
  if (batch.records.empty()) {
    // What the filter dropped is passed over again after a restart, which costs no row now.
    position_.next_sequence = batch.next_sequence;
    if (batch.is_at_bound) {
      position_.ends.pop_back();
      return {};
    }
    return batch.is_full ? close_window(now_ms) : at_end(is_closed, now_ms);
  }
  const auto old = static_cast<std::size_t>(
      std::find_if(batch.records.begin(), batch.records.end(),
                   [&](const StreamRecord& record) { return !is_too_old(record, now_ms); }) -
      batch.records.begin());
  if (old > 0) return give_up_old(std::move(batch), old, now_ms);
  if (!batch.is_full && !is_closed && position_.attempts == 0) {
    const std::int64_t due_ms =
        batch.records.front().written_ms + source_->batching_window_seconds * 1'000;
    if (due_ms > now_ms) return {.at_ms = due_ms, .is_in_window = true};
  }
  return process(std::move(batch), now_ms);
}

bool StreamLane::is_too_old(const StreamRecord& record, std::int64_t now_ms) const {
  return source_->maximum_record_age_seconds >= 0 &&
         now_ms - record.written_ms > source_->maximum_record_age_seconds * 1'000;
}

/// There is no record, but a window may be open.
StreamLane::Next StreamLane::at_end(bool is_closed, std::int64_t now_ms) {
  if (position_.window_start_ms >= 0) {
    const std::int64_t end_ms =
        position_.window_start_ms + source_->tumbling_window_seconds * 1'000;
    if (is_closed || now_ms >= end_ms) return close_window(now_ms);
    return {end_ms, true};
  }
  return {kNever, true};
}

InvocationResult StreamLane::invoke(std::string_view event, std::int64_t now_ms) {
  InvocationRequest request;
  request.arn = source_->function_arn();
  request.payload = event;
  request.now_ms = now_ms;
  return parts_.invoker.invoke_sync(request);
}

StreamLane::Next StreamLane::process(StreamBatch batch, std::int64_t now_ms) {
  if (abandoned_) return {kNever};
  StreamPosition opened = position_;
  if (source_->tumbling_window_seconds > 0 && opened.window_start_ms < 0) {
    opened.window_start_ms = window_start(*source_, batch.records.front().written_ms);
    opened.window_state = "{}";
  }
  const auto result = invoke(stream_event(*source_, batch, range_, opened), now_ms);
  // What the daemon's end cut off did not fail.
  if (abandoned_) return {kNever};
  if (result.status != InvocationResult::Status::kDone) return wait_for_function(now_ms);
  waits_ = 0;
  position_.window_start_ms = opened.window_start_ms;
  if (!result.ok()) return fail(std::move(batch), 0, result, now_ms);
  return finish(std::move(batch), result, now_ms);
}

StreamLane::Next StreamLane::wait_for_function(std::int64_t now_ms) {
  // Nothing ran, so nothing failed: the batch keeps its attempts.
  return {now_ms + back_off_ms(++waits_)};
}

StreamLane::Next StreamLane::finish(StreamBatch batch, const InvocationResult& result,
                                    std::int64_t now_ms) {
  StreamAnswer answer = read_answer(*source_, batch, result.payload);
  if (answer.first_failed) {
    if (*answer.first_failed > 0) position_.window_state = std::move(answer.window_state);
    return fail(std::move(batch), *answer.first_failed, result, now_ms);
  }
  StreamPosition next = position_;
  next.advance(batch.next_sequence);
  next.window_state = answer.window_state.size() <= kStateBytesMax ? std::move(answer.window_state)
                                                                   : std::string("{}");
  commit(std::move(next), nullptr);
  return {.is_processed = true};
}

/// The records from `first` on failed. They are halved, tried again or given up.
StreamLane::Next StreamLane::fail(StreamBatch batch, std::size_t first,
                                  const InvocationResult& result, std::int64_t now_ms) {
  log::info("function {} failed on {} record(s) of {}: {}", source_->function,
            batch.records.size() - first, source_->event_source_arn, result.payload);
  StreamPosition next = position_;
  if (first > 0) next.advance(batch.records[first].sequence);
  const StreamBatch rest = rest_of(std::move(batch), first);
  const bool is_halved = source_->bisect_on_error && rest.records.size() > 1;
  // Halving does not count as an attempt.
  if (is_halved) {
    // A checkpoint within the batch has divided it already.
    if (first == 0) next.ends.push_back(rest.records[rest.records.size() / 2].sequence);
    commit(std::move(next), nullptr);
    return {.is_processed = false};
  }
  ++next.attempts;
  const std::int64_t most = source_->maximum_retry_attempts;
  if (most < 0 || next.attempts <= most) {
    next.retry_at_ms = now_ms + back_off_ms(next.attempts);
    commit(std::move(next), nullptr);
    return {.at_ms = position_.retry_at_ms, .is_processed = false};
  }
  const Event event = failure_event(*source_, range_, rest,
                                    {.condition = "RetryAttemptsExhausted",
                                     .invocations = next.attempts,
                                     .result = &result,
                                     .now_ms = now_ms});
  next.advance(rest.next_sequence);
  commit(std::move(next), &event);
  return {.is_processed = false};
}

StreamLane::Next StreamLane::give_up_old(StreamBatch batch, std::size_t count,
                                         std::int64_t now_ms) {
  const StreamBatch old = front_of(batch, count);
  const Event event = failure_event(
      *source_, range_, old,
      {.condition = "RecordAgeExceeded", .invocations = position_.attempts, .now_ms = now_ms});
  StreamPosition next = position_;
  next.advance(old.next_sequence);
  commit(std::move(next), &event);
  return {};
}

/// The window's last invocation.
StreamLane::Next StreamLane::close_window(std::int64_t now_ms) {
  if (abandoned_) return {kNever};
  const auto result = invoke(final_event(*source_, range_, position_), now_ms);
  if (abandoned_) return {kNever};
  if (result.status != InvocationResult::Status::kDone) return wait_for_function(now_ms);
  StreamPosition next = position_;
  const std::int64_t most = source_->maximum_retry_attempts;
  if (!result.ok()) ++next.attempts;
  if (!result.ok() && (most < 0 || next.attempts <= most)) {
    next.retry_at_ms = now_ms + back_off_ms(next.attempts);
    commit(std::move(next), nullptr);
    return {position_.retry_at_ms};
  }
  next.advance(next.next_sequence);
  next.window_start_ms = -1;
  next.window_state = "{}";
  commit(std::move(next), nullptr);
  return {};
}

void StreamLane::commit(StreamPosition position, const Event* failure) {
  auto& store = parts_.env.store;
  const storage::Fence::Pass pass(storage::replaceable(store).fence());
  store.transact({storage::Domain::exclusive_on(spaces::kFunctions, key_)}, [&](storage::Txn& txn) {
    txn.put(spaces::kFunctions, key_, position.encode());
    if (failure == nullptr) return;
    if (failure->kind.empty()) {
      log::warning("records of {} are given up for function {}", source_->event_source_arn,
                   source_->function);
    } else {
      parts_.env.outbox.append(txn, *failure);
    }
  });
  position_ = std::move(position);
}

}  // namespace cumulite::functions
