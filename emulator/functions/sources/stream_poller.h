#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "emulator/functions/sources/poller_threads.h"
#include "emulator/functions/sources/stream_lane.h"

namespace cumulite::functions {

/// Reads one stream for one function: its shards side by side, a shard's children after it. Lanes
/// wait for the stream's wake-ups and for times of the clock; threads are as many as there are
/// lanes with something to do, up to kThreadsMax.
class StreamPoller final : public Poller {
 public:
  static constexpr std::size_t kThreadsMax = 16;

  StreamPoller(EventSourcePtr source, EventFilter filter, PollerParts parts);

  const EventSource& source() const override { return *source_; }

  std::uint64_t pending() const override;
  std::uint64_t open_windows() const override;
  std::string last_result() const override;

  void stop() override { threads_.stop(); }

  void abandon() override { abandoned_ = true; }

 private:
  struct Lane {
    std::unique_ptr<StreamLane> lane;
    std::uint64_t woken = 0;  ///< Wake-ups that it has seen the effect of.
    std::int64_t due_ms = 0;  ///< When to look at it; StreamLane::kNever: at the next wake-up.
    bool is_busy = false;
    bool is_at_end = false;
    bool is_in_window = false;  ///< Until due_ms it waits for more of a batch.
    bool is_done = false;       ///< Its shard is closed, and all of it was processed.
  };

  struct Shard {
    StreamShard facts;
    std::vector<Lane> lanes;

    bool is_done() const;
  };

  void work();
  /// Brings the shards in step with the stream's. Under the lock.
  void refresh();
  /// A lane with something to do now that may do it; null if there is none. Under the lock.
  Lane* next_lane(Shard** of);
  bool is_ready(const Shard& shard, const Lane& lane, std::int64_t now_ms) const;
  void run(Shard& shard, Lane& lane, std::unique_lock<std::mutex>& lock);

  std::int64_t now_ms() const { return parts_.env.clock.now_ms(source_->account); }

  EventSourcePtr source_;
  EventFilter filter_;
  PollerParts parts_;
  std::string topic_;
  std::atomic<bool> abandoned_ = false;
  // Under the lock of threads_:
  std::uint64_t refreshed_ = 0;                           // Wake-ups at the last refresh.
  std::map<std::string, std::unique_ptr<Shard>> shards_;  // By id, so in order of time.
  std::optional<bool> is_processed_;                      // Of the last batch.
  PollerThreads threads_;
};

}  // namespace cumulite::functions
