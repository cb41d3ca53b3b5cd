#include "emulator/services/logs/retention.h"

#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/access.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::logs {
namespace {

constexpr std::string_view kKind = "logs.retention";
constexpr std::int64_t kSweepMs = kDayMs;

/// Drops the events of one stream that are older; returns what they counted for.
std::int64_t drop_events(storage::Txn& txn, const std::string& events, std::int64_t oldest_ms) {
  std::int64_t bytes = 0;
  const std::string to = keys::event(events, {oldest_ms, 0});
  std::string from = events;
  while (true) {
    const auto page = txn.range(spaces::kLogEvents, from, to);
    for (const auto& row : page.rows) {
      bytes +=
          static_cast<std::int64_t>(decode_event(row.value).message.size() + kEventOverheadBytes);
    }
    if (!page.more) break;
    from = page.rows.back().key + '\0';
  }
  if (bytes != 0) txn.del_range(spaces::kLogEvents, events, to);
  return bytes;
}

void sweep_group(storage::Txn& txn, const GroupRef& ref, std::int64_t oldest_ms) {
  const std::string streams = keys::streams(ref);
  std::string from = streams;
  while (true) {
    const auto page = txn.range(spaces::kLogs, from, storage::prefix_end(streams));
    for (const auto& row : page.rows) {
      const std::string name = row.key.substr(streams.size());
      const std::int64_t bytes = drop_events(txn, keys::events(ref, name), oldest_ms);
      if (bytes != 0) txn.add(spaces::kLogs, keys::stored_bytes(ref), -bytes);
      Stream stream = decode_stream(row.value);
      if (stream.first_event_ms >= oldest_ms || stream.events == 0) continue;
      const std::string events = keys::events(ref, name);
      const auto first =
          txn.range(spaces::kLogEvents, events, storage::prefix_end(events), {.limit = 1});
      stream.first_event_ms = first.rows.empty() ? stream.last_event_ms
                                                 : keys::position(first.rows[0].key).timestamp_ms;
      txn.put(spaces::kLogs, row.key, encode_stream(stream));
    }
    if (!page.more) break;
    from = page.rows.back().key + '\0';
  }
}

DueRow sweep_row(const GroupRef& ref, std::int64_t due_ms) {
  return {ref.account, due_ms, std::string(kKind), ref.arn(), {}};
}

void run_sweep(Environment& env, const DueRow& row, std::int64_t now_ms) {
  const auto ref = parse_group_arn(row.id);
  if (!ref) return env.store.transact({}, [&](storage::Txn& txn) { env.due.remove(txn, row); });
  env.store.transact(whole_group_domains(*ref), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    auto group = load_group(txn, *ref);
    if (!group || !group->sweeps) return;
    if (group->retention_days == 0) {
      group->sweeps = false;
    } else {
      sweep_group(txn, *ref, oldest_kept_ms(*group, now_ms));
      env.due.schedule(txn, sweep_row(*ref, now_ms + kSweepMs));
    }
    txn.put(spaces::kLogs, keys::group(*ref), encode_group(*group));
  });
}

}  // namespace

void register_retention(Environment& env) {
  env.due.register_kind(std::string(kKind), [&env](const DueRow& row, std::int64_t now_ms) {
    run_sweep(env, row, now_ms);
  });
}

void schedule_sweep(Environment& env, storage::Txn& txn, const GroupRef& ref, Group& group,
                    std::int64_t now_ms) {
  if (group.sweeps) return;
  group.sweeps = true;
  env.due.schedule(txn, sweep_row(ref, now_ms + kSweepMs));
}

bool group_exists(Environment& env, std::string_view arn) {
  const auto ref = parse_group_arn(arn);
  return ref && load_group(env.store, *ref).has_value();
}

}  // namespace cumulite::logs
