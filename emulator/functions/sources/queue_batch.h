#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/functions/sources/event_filter.h"
#include "emulator/functions/sources/event_source.h"
#include "emulator/functions/sources/queue_source.h"

/// What a batch of a queue looks like to a function, and what its answer means.
namespace cumulite::functions {

/// Bound of what one invocation takes.
inline constexpr std::size_t kEventBytesMax = 6 * 1024 * 1024;

/// A message as a record of the event: {"messageId", "receiptHandle", "body", ...}.
std::string queue_record(const EventSource& source, const QueueMessage& message);
/// {"Records": [...]}.
std::string event_of(const std::vector<std::string>& records);
/// Whether the filter lets the message pass. A body that is a JSON object is matched as one.
bool passes(const EventFilter& filter, std::string_view record_json);
/// Receipt handles of the messages that a successful invocation has dealt with: all, or all but
/// those that its result reports in "batchItemFailures". A malformed report means that all failed.
std::vector<std::string> handled(const EventSource& source,
                                 const std::vector<QueueMessage>& messages,
                                 std::string_view result_json);

/// Ids in a result's "batchItemFailures". Nothing reported: empty. `known(id)` says whether the
/// batch has it; a report that makes no sense is nullopt: the whole batch failed.
std::optional<std::vector<std::string>> reported_failures(
    std::string_view result_json, const std::function<bool(const std::string&)>& known);

}  // namespace cumulite::functions
