#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "emulator/functions/sources/event_filter.h"
#include "emulator/functions/sources/failed_batch.h"
#include "emulator/functions/sources/poller.h"
#include "emulator/functions/sources/stream_batch.h"
#include "emulator/functions/sources/stream_position.h"

namespace cumulite::functions {

/// One lane of a shard: its records in order, one batch at a time. What a batch came to and where
/// the next begins is one commit, together with what goes to the on-failure destination; a kill in
/// between makes the batch come again. Used by one thread at a time.
class StreamLane {
 public:
  /// When there may be something to do next.
  struct Next {
    std::int64_t at_ms = 0;     ///< Virtual; 0: at once, kNever: when the stream has more.
    bool is_at_end = false;     ///< Every record that the shard has now was dealt with.
    bool is_in_window = false;  ///< A batch waits for more until its batching window ends then.
    std::optional<bool> is_processed =
        {};  ///< Whether the function took a batch; absent: none ran.
  };

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  StreamLane(EventSourcePtr source, const EventFilter& filter, PollerParts parts, LaneRange range,
             LaneRow row, const std::atomic<bool>& abandoned);

  /// Processes a batch, if there is one to process now. `is_closed`: the shard gets no more
  /// records.
  Next step(bool is_closed);

  const LaneRange& range() const { return range_; }

 private:
  Next at_end(bool is_closed, std::int64_t now_ms);
  Next process(StreamBatch batch, std::int64_t now_ms);
  Next give_up_old(StreamBatch batch, std::size_t count, std::int64_t now_ms);
  Next finish(StreamBatch batch, const InvocationResult& result, std::int64_t now_ms);
  Next fail(StreamBatch batch, std::size_t first, const InvocationResult& result,
            std::int64_t now_ms);
  Next close_window(std::int64_t now_ms);
  Next wait_for_function(std::int64_t now_ms);
  void commit(StreamPosition position, const Event* failure);
  InvocationResult invoke(std::string_view event, std::int64_t now_ms);
  bool is_too_old(const StreamRecord& record, std::int64_t now_ms) const;

  EventSourcePtr source_;
  const EventFilter& filter_;
  PollerParts parts_;
  LaneRange range_;
  std::string key_;
  StreamPosition position_;
  const std::atomic<bool>& abandoned_;
  std::int64_t waits_ = 0;  // For a function that cannot run, in a row.
};

}  // namespace cumulite::functions
