#include "emulator/functions/sources/stream_poller.h"

#include <algorithm>
#include <set>
#include <utility>

#include "emulator/core/log.h"
#include "storage/kv/replaceable.h"

namespace cumulite::functions {

bool StreamPoller::Shard::is_done() const {
  return std::all_of(lanes.begin(), lanes.end(), [](const Lane& lane) { return lane.is_done; });
}

StreamPoller::StreamPoller(EventSourcePtr source, EventFilter filter, PollerParts parts)
    : source_(std::move(source)),
      filter_(std::move(filter)),
      parts_(parts),
      topic_(parts_.streams.topic(source_->event_source_arn)),
      threads_(parts_.env.wake, topic_, kThreadsMax, [this] { work(); }) {
  const std::lock_guard lock(threads_.mutex());
  threads_.grow();
}

std::uint64_t StreamPoller::pending() const {
  if (!parts_.invoker.has_function(source_->function_arn())) return 0;
  const std::lock_guard lock(threads_.mutex());
  const std::int64_t now = now_ms();
  std::uint64_t count = refreshed_ != threads_.wakes() ? 1 : 0;
  for (const auto& [id, shard] : shards_) {
    for (const Lane& lane : shard->lanes) {
      if (lane.is_busy || is_ready(*shard, lane, now)) ++count;
    }
  }
  return count;
}

std::uint64_t StreamPoller::open_windows() const {
  const std::lock_guard lock(threads_.mutex());
  const std::int64_t now = now_ms();
  std::uint64_t count = 0;
  for (const auto& [id, shard] : shards_) {
    for (const Lane& lane : shard->lanes) {
      if (lane.is_in_window && !lane.is_busy && lane.due_ms > now) ++count;
    }
  }
  return count;
}

std::string StreamPoller::last_result() const {
  const std::lock_guard lock(threads_.mutex());
  if (!is_processed_) return std::string(kNothingProcessed);
  return *is_processed_ ? "OK" : "PROBLEM: Function call failed";
}

void StreamPoller::refresh() {
  const std::uint64_t seen = threads_.wakes();
  const storage::Fence::Pass pass(storage::replaceable(parts_.env.store).fence());
  const auto view = parts_.streams.view(source_->event_source_arn);
  std::set<std::string> there;
  if (view) {
    for (const StreamShard& facts : view->shards) {
      there.insert(facts.id);
      auto& shard = shards_[facts.id];
      if (shard == nullptr) {
        shard = std::make_unique<Shard>();
        const auto rows = load_lanes(parts_.env.store, *source_, facts.id, facts.first_sequence);
        for (std::size_t i = 0; i < rows.size(); ++i) {
          shard->lanes.emplace_back().lane = std::make_unique<StreamLane>(
              source_, filter_, parts_, LaneRange{facts.id, i}, rows[i], abandoned_);
        }
      }
      shard->facts = facts;
    }
  }
  std::erase_if(shards_, [&](const auto& entry) {
    const auto& lanes = entry.second->lanes;
    return !there.contains(entry.first) &&
           std::none_of(lanes.begin(), lanes.end(), [](const Lane& lane) { return lane.is_busy; });
  });
  refreshed_ = seen;
}

bool StreamPoller::is_ready(const Shard& shard, const Lane& lane, std::int64_t now) const {
  if (lane.is_busy || lane.is_done) return false;
  // A wake-up does not shorten the wait of a failed batch: the lane looks, and waits on.
  if (lane.woken == threads_.wakes() && lane.due_ms > now) return false;
  const auto parent = shards_.find(shard.facts.parent_id);
  return parent == shards_.end() || parent->second->is_done();
}

StreamPoller::Lane* StreamPoller::next_lane(Shard** of) {
  const std::int64_t now = now_ms();
  for (const auto& [id, shard] : shards_) {
    for (Lane& lane : shard->lanes) {
      if (!is_ready(*shard, lane, now)) continue;
      *of = shard.get();
      return &lane;
    }
  }
  return nullptr;
}

void StreamPoller::run(Shard& shard, Lane& lane, std::unique_lock<std::mutex>& lock) {
  lane.is_busy = true;
  const std::uint64_t seen = threads_.wakes();
  const bool is_closed = shard.facts.last_sequence.has_value();
  Shard* other = nullptr;
  if (next_lane(&other) != nullptr) threads_.grow();
  lock.unlock();
  StreamLane::Next next;
  try {
    next = lane.lane->step(is_closed);
  } catch (const std::exception& error) {
    log::error("event source {} of function {}: {}", source_->event_source_arn, source_->function,
               error.what());
    next.at_ms = now_ms() + 1'000;
  }
  if (next.at_ms > 0 && next.at_ms != StreamLane::kNever)
    parts_.env.due.wake_at(source_->account, next.at_ms, topic_);
  lock.lock();
  lane.is_busy = false;
  lane.woken = seen;
  lane.due_ms = next.at_ms;
  lane.is_in_window = next.is_in_window;
  if (next.is_processed) is_processed_ = next.is_processed;
  lane.is_done = is_closed && next.is_at_end && next.at_ms == StreamLane::kNever;
}

void StreamPoller::work() {
  std::unique_lock lock(threads_.mutex());
  while (!threads_.is_stopping()) {
    const bool has_function = parts_.invoker.has_function(source_->function_arn());
    if (has_function && refreshed_ != threads_.wakes()) refresh();
    const std::uint64_t seen = threads_.wakes();
    Shard* shard = nullptr;
    Lane* lane = has_function ? next_lane(&shard) : nullptr;
    if (lane != nullptr) {
      run(*shard, *lane, lock);
      continue;
    }
    threads_.wait_a_while(lock, seen);
  }
}

}  // namespace cumulite::functions
