#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/access.h"
#include "emulator/services/logs/append.h"
#include "emulator/services/logs/operations.h"
#include "protocol/time_units.h"

namespace cumulite::logs {
namespace {

constexpr std::size_t kUploadBytesMax = 1'048'576;
constexpr std::int64_t kFutureMs = 2 * kHourMs;
constexpr std::int64_t kPastMs = 14 * kDayMs;

Result<void> check_batch(const std::vector<api::InputLogEvent>& events) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    bytes += events[i].message->size() + kEventOverheadBytes;
    if (i > 0 && *events[i].timestamp < *events[i - 1].timestamp) {
      return errors::invalid_parameter(
          "Log events in a single PutLogEvents request must be in chronological order.");
    }
  }
  if (bytes > kUploadBytesMax) {
    return errors::invalid_parameter(
        fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, kUploadBytesMax));
  }
  if (*events.back().timestamp - *events.front().timestamp > kDayMs) {
    return errors::invalid_parameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  return {};
}

/// Which events are kept: those of the future and of a distant past are told and left out.
std::vector<LogLine> accept(const std::vector<api::InputLogEvent>& events, const Group& group,
                            std::int64_t now_ms, api::PutLogEventsResponse& answer) {
  std::vector<LogLine> lines;
  api::RejectedLogEventsInfo rejected;
  const std::int64_t expired_ms = oldest_kept_ms(group, now_ms);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::int64_t time_ms = *events[i].timestamp;
    const auto index = static_cast<std::int32_t>(i);
    if (time_ms > now_ms + kFutureMs) {
      if (!rejected.tooNewLogEventStartIndex) rejected.tooNewLogEventStartIndex = index;
    } else if (time_ms < now_ms - kPastMs) {
      rejected.tooOldLogEventEndIndex = index + 1;
    } else if (time_ms < expired_ms) {
      rejected.expiredLogEventEndIndex = index + 1;
    } else {
      lines.push_back({time_ms, *events[i].message});
    }
  }
  if (lines.size() != events.size()) answer.rejectedLogEventsInfo = rejected;
  return lines;
}

}  // namespace

Result<api::PutLogEventsResponse> put_log_events(Context& ctx,
                                                 const api::PutLogEventsRequest& req) {
  const auto& events = *req.logEvents;
  CUMULITE_TRY(check_batch(events));
  const GroupRef ref = group_ref(ctx, *req.logGroupName);
  const std::string& stream = *req.logStreamName;
  api::PutLogEventsResponse answer;
  CUMULITE_TRY(
      ctx.env.store.transact(stream_domains(ref, stream), [&](storage::Txn& txn) -> Result<void> {
        const auto group = load_group(txn, ref);
        if (!group) return errors::group_not_found();
        const auto lines = accept(events, *group, ctx.now_ms, answer);
        if (!append_lines(txn, ref, stream, lines, ctx.now_ms)) return errors::stream_not_found();
        const Stream record = decode_stream(*txn.get(spaces::kLogs, keys::stream(ref, stream)));
        // Tokens are no longer asked for, but old clients still pass the last one on.
        answer.nextSequenceToken = Position{ctx.now_ms, record.events}.digits();
        return {};
      }));
  return answer;
}

}  // namespace cumulite::logs
