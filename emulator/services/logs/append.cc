#include "emulator/services/logs/append.h"

#include <algorithm>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/records.h"

namespace cumulite::logs {

bool append_lines(storage::Txn& txn, const GroupRef& group, std::string_view stream,
                  const std::vector<LogLine>& lines, std::int64_t now_ms) {
  const std::string key = keys::stream(group, stream);
  const auto row = txn.get(spaces::kLogs, key);
  if (!row) return false;
  Stream record = decode_stream(*row);
  const std::string events = keys::events(group, stream);
  std::int64_t bytes = 0;
  for (const LogLine& line : lines) {
    const bool is_first = record.events == 0;
    const Position position{line.timestamp_ms, ++record.events};
    txn.put(spaces::kLogEvents, keys::event(events, position),
            encode_event({now_ms, line.message}));
    record.first_event_ms =
        is_first ? line.timestamp_ms : std::min(record.first_event_ms, line.timestamp_ms);
    record.last_event_ms = std::max(record.last_event_ms, line.timestamp_ms);
    bytes += static_cast<std::int64_t>(line.message.size() + kEventOverheadBytes);
  }
  record.last_ingestion_ms = now_ms;
  txn.put(spaces::kLogs, key, encode_stream(record));
  txn.add(spaces::kLogs, keys::stored_bytes(group), bytes);
  return true;
}

}  // namespace cumulite::logs
