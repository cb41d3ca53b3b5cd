#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/functions/sources/event_source.h"
#include "storage/kv/store.h"

namespace cumulite::functions {

/// How far one lane of a shard was processed: what a restart goes on from. A lane has the records
/// of some of the shard's items (all of them with a parallelization factor of 1).
struct StreamPosition {
  std::uint64_t next_sequence = 0;  ///< Everything before it is dealt with.
  std::int64_t attempts = 0;        ///< Failed invocations of the batch that begins there.
  std::int64_t retry_at_ms = 0;     ///< Of a failed batch; 0: at once.
  /// Where halved batches end (exclusive), the nearest last.
  std::vector<std::uint64_t> ends = {};
  std::int64_t window_start_ms = -1;  ///< Of the tumbling window that is open; -1: none.
  std::string window_state = "{}";    ///< What its invocations returned as "state".

  std::string encode() const;
  /// Throws StorageError on a corrupt row.
  static StreamPosition decode(std::string_view bytes);

  /// The batch ended before `sequence`: the next one begins there.
  void advance(std::uint64_t sequence);
};

/// The positions of a shard's lanes, as many as the source's factor. Without rows they are where
/// the source starts to read; rows of another factor are replaced by ones that begin at the
/// earliest of theirs. Returns the rows' keys and positions by lane.
struct LaneRow {
  std::string key;
  StreamPosition position;
};

std::vector<LaneRow> load_lanes(storage::Store& store, const EventSource& source,
                                std::string_view shard_id, std::uint64_t first_sequence);

}  // namespace cumulite::functions
