#include <algorithm>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/access.h"
#include "emulator/services/logs/operations.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::logs {
namespace {

constexpr std::int32_t kStreamPageSize = 50;

struct Listed {
  std::string order;  ///< What the listing is sorted by; also what a token holds.
  std::string name;
  Stream stream;
};

std::vector<Listed> list_streams(const storage::Reader& reader, const GroupRef& ref,
                                 const api::DescribeLogStreamsRequest& req) {
  const bool by_time = req.orderBy.value_or("LogStreamName") == "LastEventTime";
  const std::string all = keys::streams(ref);
  const std::string prefix = all + req.logStreamNamePrefix.value_or("");
  std::vector<Listed> found;
  std::string from = prefix;
  while (true) {
    const auto page = reader.range(spaces::kLogs, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      Listed listed{{}, row.key.substr(all.size()), decode_stream(row.value)};
      if (by_time) storage::append_i64(listed.order, listed.stream.last_event_ms);
      listed.order += listed.name;
      found.push_back(std::move(listed));
    }
    if (!page.more) break;
    from = page.rows.back().key + '\0';
  }
  const bool descending = req.descending.value_or(false);
  std::sort(found.begin(), found.end(), [descending](const Listed& a, const Listed& b) {
    return descending ? b.order < a.order : a.order < b.order;
  });
  return found;
}

api::LogStream describe(const GroupRef& ref, const Listed& listed) {
  const Stream& stream = listed.stream;
  api::LogStream shown;
  shown.logStreamName = listed.name;
  shown.creationTime = stream.created_ms;
  shown.arn = ref.arn() + ":log-stream:" + listed.name;
  // Since 2019 the service answers 0 for streams; a group tells its bytes.
  shown.storedBytes = 0;
  if (stream.events == 0) return shown;
  shown.firstEventTimestamp = stream.first_event_ms;
  shown.lastEventTimestamp = stream.last_event_ms;
  shown.lastIngestionTime = stream.last_ingestion_ms;
  shown.uploadSequenceToken = Position{stream.last_ingestion_ms, stream.events}.digits();
  return shown;
}

std::int64_t bytes_of_events(storage::Txn& txn, const std::string& events) {
  std::int64_t bytes = 0;
  std::string from = events;
  while (true) {
    const auto page = txn.range(spaces::kLogEvents, from, storage::prefix_end(events));
    for (const auto& row : page.rows) {
      const Event event = decode_event(row.value);
      bytes += static_cast<std::int64_t>(event.message.size() + kEventOverheadBytes);
    }
    if (!page.more) return bytes;
    from = page.rows.back().key + '\0';
  }
}

}  // namespace

Result<model::Unit> create_log_stream(Context& ctx, const api::CreateLogStreamRequest& req) {
  const GroupRef ref = group_ref(ctx, *req.logGroupName);
  const std::string key = keys::stream(ref, *req.logStreamName);
  Stream stream;
  stream.created_ms = ctx.now_ms;
  CUMULITE_TRY(ctx.env.store.transact(stream_domains(ref, *req.logStreamName),
                                      [&](storage::Txn& txn) -> Result<void> {
                                        if (!load_group(txn, ref)) return errors::group_not_found();
                                        if (txn.get(spaces::kLogs, key))
                                          return errors::stream_exists();
                                        txn.put(spaces::kLogs, key, encode_stream(stream));
                                        return {};
                                      }));
  return model::Unit{};
}

Result<model::Unit> delete_log_stream(Context& ctx, const api::DeleteLogStreamRequest& req) {
  const GroupRef ref = group_ref(ctx, *req.logGroupName);
  const std::string key = keys::stream(ref, *req.logStreamName);
  CUMULITE_TRY(ctx.env.store.transact(
      stream_domains(ref, *req.logStreamName), [&](storage::Txn& txn) -> Result<void> {
        if (!load_group(txn, ref)) return errors::group_not_found();
        if (!txn.get(spaces::kLogs, key)) return errors::stream_not_found();
        const std::string events = keys::events(ref, *req.logStreamName);
        txn.add(spaces::kLogs, keys::stored_bytes(ref), -bytes_of_events(txn, events));
        txn.del_range(spaces::kLogEvents, events, storage::prefix_end(events));
        txn.del(spaces::kLogs, key);
        return {};
      }));
  return model::Unit{};
}

Result<api::DescribeLogStreamsResponse> describe_log_streams(
    Context& ctx, const api::DescribeLogStreamsRequest& req) {
  CUMULITE_ASSIGN(const GroupRef ref, asked_group(ctx, req.logGroupName, req.logGroupIdentifier));
  if (req.logStreamNamePrefix && req.orderBy.value_or("") == "LastEventTime") {
    return errors::invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  if (!load_group(ctx.env.store, ref)) return errors::group_not_found();
  auto found = list_streams(ctx.env.store, ref, req);
  auto at = found.begin();
  if (req.nextToken) {
    const auto last = codec::base64_decode(*req.nextToken);
    if (!last) return errors::invalid_token();
    const bool descending = req.descending.value_or(false);
    at = std::find_if(found.begin(), found.end(), [&](const Listed& each) {
      return descending ? each.order < *last : each.order > *last;
    });
  }
  api::DescribeLogStreamsResponse answer;
  answer.logStreams.emplace();
  const auto limit = static_cast<std::size_t>(req.limit.value_or(kStreamPageSize));
  for (; at != found.end() && answer.logStreams->size() < limit; ++at) {
    answer.logStreams->push_back(describe(ref, *at));
  }
  if (at != found.end()) answer.nextToken = codec::base64_encode((at - 1)->order);
  return answer;
}

}  // namespace cumulite::logs
