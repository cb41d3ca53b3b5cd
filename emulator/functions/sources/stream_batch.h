#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/functions/sources/event_filter.h"
#include "emulator/functions/sources/event_source.h"
#include "emulator/functions/sources/stream_position.h"
#include "emulator/functions/sources/stream_source.h"

/// A batch of a stream's records: what is in it, what the function gets, what its answer means.
namespace cumulite::functions {

/// Which records a lane has.
struct LaneRange {
  std::string shard_id;
  std::uint64_t lane = 0;
};

struct StreamBatch {
  std::vector<StreamRecord> records;  ///< Those that the filter lets pass.
  std::uint64_t next_sequence = 0;    ///< What follows the batch.
  bool is_full = false;               ///< It does not wait for more.
  bool is_at_bound = false;           ///< The bound of a halved batch ended it.
};

/// Reads the batch that begins at the position: up to the source's size, the bound of a halved
/// batch, the end of its tumbling window or 6 MiB.
StreamBatch read_batch(StreamSource& stream, const EventSource& source, const EventFilter& filter,
                       const LaneRange& range, const StreamPosition& position);

/// Start of the tumbling window that the time is in.
std::int64_t window_start(const EventSource& source, std::int64_t time_ms);

/// The event of a batch, with what tumbling windows add.
std::string stream_event(const EventSource& source, const StreamBatch& batch,
                         const LaneRange& range, const StreamPosition& position);
/// The last event of a window, without records.
std::string final_event(const EventSource& source, const LaneRange& range,
                        const StreamPosition& position);

/// What a successful invocation's result says.
struct StreamAnswer {
  /// Index of the first record that failed; none: all succeeded. 0: the whole batch failed.
  std::optional<std::size_t> first_failed;
  std::string window_state = "{}";
};

StreamAnswer read_answer(const EventSource& source, const StreamBatch& batch,
                         std::string_view result_json);

}  // namespace cumulite::functions
