#include "emulator/functions/sources/stream_position.h"

#include <algorithm>
#include <optional>

#include "emulator/core/records/field_table.h"
#include "emulator/core/spaces.h"
#include "emulator/functions/sources/rows.h"
#include "storage/kv/key_codec.h"

namespace cumulite::functions {
namespace {

using spaces::kFunctions;

// Tags of the row. Times are kept as one more, so that "none" is 0 and costs nothing.
enum PositionTag : std::uint8_t { kNext = 1, kAttempts, kRetryAt, kEnd, kWindow, kState };

}  // namespace

std::string StreamPosition::encode() const {
  FieldWriter writer;
  write_field(writer, kNext, next_sequence);
  write_field(writer, kAttempts, attempts);
  write_field(writer, kRetryAt, retry_at_ms);
  for (const std::uint64_t end : ends) write_field(writer, kEnd, end);
  write_field(writer, kWindow, window_start_ms + 1);
  if (window_start_ms >= 0) write_field(writer, kState, window_state);
  return writer.take();
}

StreamPosition StreamPosition::decode(std::string_view bytes) {
  StreamPosition position;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == kNext) read_field(reader, position.next_sequence);
    if (reader.tag() == kAttempts) read_field(reader, position.attempts);
    if (reader.tag() == kRetryAt) read_field(reader, position.retry_at_ms);
    if (reader.tag() == kEnd) position.ends.push_back(reader.number());
    if (reader.tag() == kWindow)
      position.window_start_ms = static_cast<std::int64_t>(reader.number()) - 1;
    if (reader.tag() == kState) read_field(reader, position.window_state);
  }
  return position;
}

void StreamPosition::advance(std::uint64_t sequence) {
  next_sequence = sequence;
  attempts = 0;
  retry_at_ms = 0;
  while (!ends.empty() && ends.back() <= sequence) ends.pop_back();
}

std::vector<LaneRow> load_lanes(storage::Store& store, const EventSource& source,
                                std::string_view shard_id, std::uint64_t first_sequence) {
  const auto factor = static_cast<std::uint64_t>(source.parallelization_factor);
  const std::string prefix = rows::positions({source.account, source.region}, source.id, shard_id);
  std::vector<LaneRow> lanes;
  for (std::uint64_t lane = 0; lane < factor; ++lane)
    lanes.push_back({rows::position(prefix, factor, lane), {}});
  const auto page = store.range(kFunctions, prefix, storage::prefix_end(prefix));
  std::optional<std::uint64_t> earliest;
  std::size_t known = 0;
  for (const auto& row : page.rows) {
    auto position = StreamPosition::decode(row.value);
    earliest = std::min(earliest.value_or(position.next_sequence), position.next_sequence);
    const auto own = std::find_if(lanes.begin(), lanes.end(),
                                  [&](const LaneRow& lane) { return lane.key == row.key; });
    if (own == lanes.end()) continue;
    own->position = std::move(position);
    ++known;
  }
  if (known == lanes.size() && page.rows.size() == known) return lanes;
  const std::uint64_t start = earliest.value_or(
      source.starting_position == "LATEST" ? std::max(source.starting_sequence, first_sequence)
                                           : first_sequence);
  store.transact({storage::Domain::exclusive_on(kFunctions, prefix)}, [&](storage::Txn& txn) {
    for (const auto& row : page.rows) txn.del(kFunctions, row.key);
    for (LaneRow& lane : lanes) {
      lane.position = {};
      lane.position.next_sequence = start;
      txn.put(kFunctions, lane.key, lane.position.encode());
    }
  });
  return lanes;
}

}  // namespace cumulite::functions
