#include "emulator/functions/sources/failed_batch.h"

#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/events/payloads.h"
#include "emulator/functions/sources/queue_batch.h"
#include "emulator/services/s3/object_access.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"
#include "protocol/time_units.h"

namespace cumulite::functions {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kObjectKind = "event-source.object";
constexpr std::string_view kBucketPrefix = "arn:aws:s3:::";
// A bucket that is not there may come back; after a day it will not.
constexpr std::uint32_t kTriesMax = 24;
constexpr std::int64_t kTryAgainMs = kHourMs;

std::string instant(std::int64_t time_ms, bool millis) {
  std::string text;
  codec::append_iso8601(model::Timestamp{time_ms}, millis, text);
  return text;
}

OrderedJson failure_record(const EventSource& source, const LaneRange& range,
                           const StreamBatch& batch, const FailedBatch& failed) {
  OrderedJson context = {
      {"requestId", failed.result != nullptr && !failed.result->request_id.empty()
                        ? failed.result->request_id
                        : ids::uuid()},
      {"functionArn", source.function_arn()},
      {"condition", failed.condition},
      {"approximateInvokeCount", failed.invocations}};
  OrderedJson record = {{"requestContext", std::move(context)}};
  if (failed.result != nullptr) {
    const std::string& version = failed.result->executed_version;
    record["responseContext"] = {{"statusCode", 200},
                                 {"executedVersion", version.empty() ? "$LATEST" : version},
                                 {"functionError", nullptr}};
    // A function that reports items has not failed itself.
    const std::string& error = failed.result->function_error;
    if (!error.empty()) record["responseContext"]["functionError"] = error;
  }
  record["version"] = "1.0";
  record["timestamp"] = instant(failed.now_ms, true);
  const StreamRecord& first = batch.records.front();
  const StreamRecord& last = batch.records.back();
  record["DDBStreamBatchInfo"] = {
      {"shardId", range.shard_id},
      {"startSequenceNumber", first.sequence_text},
      {"endSequenceNumber", last.sequence_text},
      {"approximateArrivalOfFirstRecord", instant(first.written_ms, false)},
      {"approximateArrivalOfLastRecord", instant(last.written_ms, false)},
      {"batchSize", batch.records.size()},
      {"streamArn", source.event_source_arn}};
  return record;
}

/// aws/lambda/ID/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID
std::string object_key(const EventSource& source, const LaneRange& range, std::int64_t now_ms) {
  std::string time = instant(now_ms, false);
  const std::string day =
      fmt::format("{}/{}/{}", time.substr(0, 4), time.substr(5, 2), time.substr(8, 2));
  time[13] = time[16] = '.';
  time.pop_back();
  return fmt::format("aws/lambda/{}/{}/{}/{}-{}", source.id, range.shard_id, day, time,
                     ids::uuid());
}

Delivery store(Environment& env, const Event& event) {
  const auto payload = nlohmann::json::parse(event.payload);
  s3::BucketAccess access;
  access.account = event.account;
  access.region = event.region;
  access.bucket = event.target.substr(kBucketPrefix.size());
  auto spool = env.blobs.make_spool();
  spool->append(payload["body"].get_ref<const std::string&>());
  const auto stored = s3::store_object(
      env, access, {payload["key"].get<std::string>(), "application/json"}, std::move(spool));
  if (stored.ok()) return {};
  log::warning("a failed batch for {}: {}", event.target, stored.error().message);
  if (event.attempt >= kTriesMax) {
    log::error("a failed batch is dropped: {}", payload["body"].get_ref<const std::string&>());
    return {};
  }
  return {Delivery::Outcome::kRetry, env.clock.now_ms(event.account) + kTryAgainMs};
}

}  // namespace

Event failure_event(const EventSource& source, const LaneRange& range, const StreamBatch& batch,
                    const FailedBatch& failed) {
  Event event;
  event.account = source.account;
  event.region = source.region;
  event.target = source.on_failure_arn;
  if (event.target.empty()) return event;
  OrderedJson record = failure_record(source, range, batch, failed);
  if (event.target.starts_with("arn:aws:sqs:")) {
    event.kind = "sqs";
    event.payload = encode(SqsDelivery{.body = record.dump()});
  } else if (event.target.starts_with("arn:aws:sns:")) {
    event.kind = "sns";
    event.payload = encode(SnsDelivery{.message = record.dump()});
  } else if (event.target.starts_with(kBucketPrefix)) {
    event.kind = kObjectKind;
    std::vector<std::string> records;
    for (const StreamRecord& one : batch.records) records.push_back(one.json);
    record["payload"] = event_of(records);
    event.payload = nlohmann::json{
        {"key", object_key(source, range, failed.now_ms)},
        {"body",
         record.dump()}}.dump();
  }
  return event;
}

void register_failure_target(Environment& env) {
  env.outbox.register_target(std::string(kObjectKind), 1,
                             [&env](const Event& event) { return store(env, event); });
}

}  // namespace cumulite::functions
