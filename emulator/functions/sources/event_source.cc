#include "emulator/functions/sources/event_source.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "emulator/functions/json_members.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

bool is_function(std::string_view name) {
  const auto is_part = [](std::string_view part) {
    return !part.empty() && part.size() <= 128 &&
           std::all_of(part.begin(), part.end(), [](unsigned char c) {
             return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '$';
           });
  };
  const std::size_t colon = name.find(':');
  return is_part(name.substr(0, colon)) &&
         (colon == std::string_view::npos || is_part(name.substr(colon + 1)));
}

void read_stream_members(Members& members, EventSource& source) {
  source.starting_position = members.text("starting_position", source.is_queue() ? "" : "LATEST");
  source.starting_sequence = static_cast<std::uint64_t>(
      members.number("starting_sequence", 0, 0, std::numeric_limits<std::int64_t>::max()));
  source.parallelization_factor =
      members.number("parallelization_factor", 1, 1, kParallelizationMax);
  source.bisect_on_error = members.flag("bisect_batch_on_function_error", false);
  source.maximum_record_age_seconds =
      members.number("maximum_record_age_seconds", -1, -1, kRecordAgeSecondsMax);
  source.maximum_retry_attempts =
      members.number("maximum_retry_attempts", -1, -1, kRecordRetriesMax);
  source.tumbling_window_seconds =
      members.number("tumbling_window_seconds", 0, 0, kTumblingWindowSecondsMax);
  source.on_failure_arn = members.text("on_failure_arn");
  if (!source.is_queue() && source.starting_position != "LATEST" &&
      source.starting_position != "TRIM_HORIZON") {
    members.complain("starting_position", "must be LATEST or TRIM_HORIZON");
  }
}

}  // namespace

bool EventSource::is_queue() const {
  return event_source_arn.starts_with("arn:aws:sqs:");
}

std::string EventSource::function_arn() const {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, function);
}

std::string EventSource::arn() const {
  return fmt::format("arn:aws:lambda:{}:{}:event-source-mapping:{}", region, account, id);
}

Result<EventSource> parse_event_source(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(auto members, Members::parse(json));
  EventSource source;
  source.id = members.text("id");
  source.account = members.text("account", scope.account);
  source.region = members.text("region", scope.region);
  source.function = qualified_name(members.text("function"));
  source.event_source_arn = members.text("event_source_arn");
  source.batch_size = members.number("batch_size", source.is_queue() ? 10 : 100, 1,
                                     source.is_fifo() ? kBatchSizeFifoMax : kBatchSizeMax);
  source.batching_window_seconds =
      members.number("batching_window_seconds", 0, 0, kBatchingWindowSecondsMax);
  source.report_batch_item_failures = members.flag("report_batch_item_failures", false);
  source.enabled = members.flag("enabled", true);
  source.filters = members.texts("filters");
  source.modified_ms =
      members.number("modified_ms", 0, 0, std::numeric_limits<std::int64_t>::max());
  source.metrics = members.texts("metrics");
  source.kms_key_arn = members.text("kms_key_arn");
  source.tags = members.map("tags");
  source.maximum_concurrency = members.number("maximum_concurrency", 0, 0, kConcurrencyMax);
  read_stream_members(members, source);
  if (!is_function(source.function))
    members.complain("function", "must be a function's name or ARN");
  if (!source.is_queue() && (!source.event_source_arn.starts_with("arn:aws:dynamodb:") ||
                             source.event_source_arn.find("/stream/") == std::string::npos)) {
    members.complain("event_source_arn", "must be the ARN of an SQS queue or a DynamoDB stream");
  }
  CUMULITE_TRY(members.finish());
  return source;
}

std::string to_json(const EventSource& source) {
  nlohmann::json document = {
      {"id", source.id},
      {"account", source.account},
      {"region", source.region},
      {"function", source.function},
      {"event_source_arn", source.event_source_arn},
      {"batch_size", source.batch_size},
      {"batching_window_seconds", source.batching_window_seconds},
      {"report_batch_item_failures", source.report_batch_item_failures},
      {"enabled", source.enabled},
      {"filters", source.filters},
      {"modified_ms", source.modified_ms},
      {"metrics", source.metrics},
      {"kms_key_arn", source.kms_key_arn},
      {"tags", std::map<std::string, std::string>(source.tags.begin(), source.tags.end())}};
  if (source.is_queue()) {
    document["maximum_concurrency"] = source.maximum_concurrency;
    return document.dump();
  }
  document["starting_position"] = source.starting_position;
  document["starting_sequence"] = source.starting_sequence;
  document["parallelization_factor"] = source.parallelization_factor;
  document["bisect_batch_on_function_error"] = source.bisect_on_error;
  document["maximum_record_age_seconds"] = source.maximum_record_age_seconds;
  document["maximum_retry_attempts"] = source.maximum_retry_attempts;
  document["tumbling_window_seconds"] = source.tumbling_window_seconds;
  document["on_failure_arn"] = source.on_failure_arn;
  return document.dump();
}

std::string qualified_name(std::string_view arn_or_name) {
  constexpr std::string_view kMark = "function:";
  if (const auto at = arn_or_name.find(kMark); at != std::string_view::npos)
    arn_or_name.remove_prefix(at + kMark.size());
  return std::string(arn_or_name);
}

}  // namespace cumulite::functions
