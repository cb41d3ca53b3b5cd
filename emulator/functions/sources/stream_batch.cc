#include "emulator/functions/sources/stream_batch.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/functions/sources/queue_batch.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

std::string iso(std::int64_t time_ms) {
  std::string text;
  codec::append_iso8601(model::Timestamp{time_ms}, false, text);
  return text;
}

/// ,"window":{...},"state":...: what an event of a tumbling window has beside its records.
std::string window_members(const EventSource& source, const LaneRange& range,
                           const StreamPosition& position, bool is_final) {
  return fmt::format(
      R"(,"window":{{"start":"{}","end":"{}"}},"state":{},"shardId":"{}",)"
      R"("eventSourceARN":"{}","isFinalInvokeForWindow":{},"isWindowTerminatedEarly":false}})",
      iso(position.window_start_ms),
      iso(position.window_start_ms + source.tumbling_window_seconds * 1'000), position.window_state,
      range.shard_id, source.event_source_arn, is_final);
}

}  // namespace

StreamBatch read_batch(StreamSource& stream, const EventSource& source, const EventFilter& filter,
                       const LaneRange& range, const StreamPosition& position) {
  StreamBatch batch;
  batch.next_sequence = position.next_sequence;
  const auto size = static_cast<std::size_t>(source.batch_size);
  const auto factor = static_cast<std::uint64_t>(source.parallelization_factor);
  std::size_t bytes = 0;
  std::int64_t window = position.window_start_ms;
  for (bool more = true; more;) {
    auto page = stream.read(source.event_source_arn, range.shard_id, batch.next_sequence,
                            size - batch.records.size());
    for (StreamRecord& record : page.records) {
      batch.is_at_bound = !position.ends.empty() && record.sequence >= position.ends.back();
      batch.is_full = batch.is_at_bound;
      if (batch.is_full) return batch;
      const bool is_wanted = record.key_hash % factor == range.lane && filter.passes(record.json);
      if (is_wanted && source.tumbling_window_seconds > 0) {
        const std::int64_t own = window_start(source, record.written_ms);
        batch.is_full = window >= 0 && own > window;
        if (batch.is_full) return batch;
        if (window < 0) window = own;
      }
      if (is_wanted) {
        bytes += record.json.size();
        batch.is_full = !batch.records.empty() && bytes > kEventBytesMax;
        if (batch.is_full) return batch;
      }
      batch.next_sequence = record.sequence + 1;
      if (is_wanted) batch.records.push_back(std::move(record));
    }
    batch.next_sequence = std::max(batch.next_sequence, page.next_sequence);
    batch.is_full = batch.records.size() >= size;
    more = page.more && !batch.is_full;
  }
  return batch;
}

std::int64_t window_start(const EventSource& source, std::int64_t time_ms) {
  const std::int64_t length_ms = source.tumbling_window_seconds * 1'000;
  return time_ms / length_ms * length_ms;
}

std::string stream_event(const EventSource& source, const StreamBatch& batch,
                         const LaneRange& range, const StreamPosition& position) {
  std::vector<std::string> records;
  records.reserve(batch.records.size());
  for (const StreamRecord& record : batch.records) records.push_back(record.json);
  std::string event = event_of(records);
  if (source.tumbling_window_seconds == 0) return event;
  event.pop_back();
  return event + window_members(source, range, position, false);
}

std::string final_event(const EventSource& source, const LaneRange& range,
                        const StreamPosition& position) {
  return R"({"Records":[])" + window_members(source, range, position, true);
}

StreamAnswer read_answer(const EventSource& source, const StreamBatch& batch,
                         std::string_view result_json) {
  StreamAnswer answer;
  if (source.tumbling_window_seconds > 0) {
    const auto result = Json::parse(result_json, nullptr, false);
    const auto state = result.is_object() ? result.find("state") : result.end();
    if (result.is_object() && state != result.end() && state->is_object())
      answer.window_state = state->dump();
  }
  if (!source.report_batch_item_failures) return answer;
  const auto index_of = [&](const std::string& id) {
    return static_cast<std::size_t>(
        std::find_if(batch.records.begin(), batch.records.end(),
                     [&](const StreamRecord& record) { return record.sequence_text == id; }) -
        batch.records.begin());
  };
  const auto reported = reported_failures(
      result_json, [&](const std::string& id) { return index_of(id) < batch.records.size(); });
  if (!reported) {
    answer.first_failed = 0;
    return answer;
  }
  // The lowest sequence number is the checkpoint: what follows it comes again, reported or not.
  for (const std::string& id : *reported)
    answer.first_failed = std::min(answer.first_failed.value_or(index_of(id)), index_of(id));
  return answer;
}

}  // namespace cumulite::functions
