#include "emulator/services/dynamodb/stream/stream.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/stream/shard_clock.h"
#include "emulator/services/dynamodb/stream/stream_rows.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::stream {
namespace {

constexpr storage::Space kSpace = spaces::kDynamoDbStreams;
// Records of one answer stay below this, as the service's answers do.
constexpr std::size_t kRecordsBytesMax = 1024 * 1024;
constexpr std::size_t kSequenceDigits = 21;
constexpr std::string_view kSequencePrefix = "1";

std::string facts_row_of(const Table& table) {
  return facts_row(table.account, table.region, table.name(), *table.description.LatestStreamLabel);
}

/// Brings the facts' last sequence up to date with the state.
void merge(Facts& facts, const State& state) {
  facts.last_sequence = state.last_sequence;
}

/// The shard of an item: its row begins with the hash of its partition key.
std::size_t shard_of(const State& state, const Table& table, std::string_view item_row) {
  std::string_view hash = item_row.substr(table.row_prefix.size());
  const std::uint64_t value = storage::take_u64(hash).value_or(0);
  std::size_t at = 0;
  while (at + 1 < state.open.size() && value > state.open[at].hash_last) ++at;
  return at;
}

/// Drops shards that were continued before the horizon, and the records before all that are left.
void trim(storage::Txn& txn, const Table& table, Facts& facts, std::int64_t horizon_ms) {
  const auto continued_before = [&](const ShardFacts& shard) {
    const std::string id = shard_id(facts, shard);
    return std::any_of(facts.shards.begin(), facts.shards.end(), [&](const ShardFacts& child) {
      return child.parent_id == id && child.started_ms < horizon_ms;
    });
  };
  std::vector<ShardFacts> kept;
  for (const auto& shard : facts.shards) {
    if (!continued_before(shard)) kept.push_back(shard);
  }
  if (kept.size() == facts.shards.size()) return;
  facts.shards = std::move(kept);
  std::uint64_t first_kept = UINT64_MAX;
  for (const auto& shard : facts.shards) first_kept = std::min(first_kept, shard.first_sequence);
  txn.del_range(kSpace, record_rows(table.account, table.region, facts.number),
                record_row(table.account, table.region, facts.number, first_kept));
}

/// Closes an open shard and continues in a child, or in two where it took many records.
void roll_shard(storage::Txn& txn, const Table& table, State& state, std::size_t at,
                std::int64_t now_ms) {
  const auto row = facts_row_of(table);
  const auto bytes = txn.get(kSpace, row);
  if (!bytes) return;
  Facts facts = decode_facts(*bytes);
  const OpenShard parent = state.open[at];
  std::string parent_id;
  for (auto& shard : facts.shards) {
    if (shard.number != parent.number) continue;
    shard.last_sequence = state.last_sequence;
    parent_id = shard_id(facts, shard);
  }
  const auto child = [&](std::uint64_t hash_last) {
    facts.shards.push_back({state.next_shard, parent_id, now_ms, state.last_sequence + 1});
    return OpenShard{state.next_shard++, now_ms, 0, hash_last};
  };
  const std::uint64_t below = at == 0 ? 0 : state.open[at - 1].hash_last;
  if (parent.records >= kSplitRecords && state.open.size() < kOpenShardsMax) {
    const OpenShard lower = child(below + (parent.hash_last - below) / 2);
    state.open[at] = child(parent.hash_last);
    state.open.insert(state.open.begin() + static_cast<std::ptrdiff_t>(at), lower);
  } else {
    state.open[at] = child(parent.hash_last);
  }
  trim(txn, table, facts, now_ms - kRetentionMs);
  txn.put(kSpace, row, encode_facts(facts));
}

/// Whether the shard has to be continued before it takes another record. The clock's row continues
/// old ones; a record that comes at the same moment does not wait for it.
bool is_full(const State& state, const OpenShard& shard, std::int64_t now_ms) {
  return now_ms - shard.started_ms >= kShardLifetimeMs ||
         (shard.records >= kSplitRecords && state.open.size() < kOpenShardsMax);
}

StoredRecord make_record(const Table& table, const Change& change, const WriteOrigin& origin) {
  const std::string view = table.description.StreamSpecification->StreamViewType.value_or("");
  StoredRecord out;
  out.written_ms = origin.now_ms;
  out.time_to_live = origin.time_to_live;
  out.event_name = !change.existed ? "INSERT" : (change.after ? "MODIFY" : "REMOVE");
  out.keys = key_of(table, change.after ? *change.after : *change.before);
  out.size_bytes = size_bytes(out.keys);
  if (change.after && (view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES")) {
    out.new_image = change.after;
    out.size_bytes += size_bytes(*change.after);
  }
  if (change.before && (view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES")) {
    out.old_image = change.before;
    out.size_bytes += size_bytes(*change.before);
  }
  return out;
}

bool expired(const Facts& facts, std::int64_t now_ms) {
  return facts.closed_ms != 0 && facts.closed_ms + kRetentionMs <= now_ms;
}

Facts read_facts(const storage::Reader& reader, std::string_view account, std::string_view region,
                 std::string_view bytes) {
  Facts facts = decode_facts(bytes);
  if (const auto state = reader.get(kSpace, state_row(account, region, facts.number))) {
    merge(facts, decode_state(*state));
  }
  return facts;
}

}  // namespace

storage::Domain domain(const Table& table) {
  return storage::Domain::exclusive_on(kSpace,
                                       state_row(table.account, table.region, table.stream_number));
}

void open(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  Facts facts;
  facts.number = table.stream_number;
  facts.table_name = table.name();
  facts.label = *table.description.LatestStreamLabel;
  facts.view_type = table.description.StreamSpecification->StreamViewType.value_or("");
  facts.created_ms = now_ms;
  facts.settled_ms = now_ms + db.transition_time().ms(table.account);
  for (std::size_t i = 0; i < table.key.attributes.size(); ++i) {
    facts.key.push_back(
        {table.key.attributes[i].name, i < table.key.hash_count ? "HASH" : "RANGE"});
  }
  facts.shards.push_back({0, {}, now_ms, 1});
  txn.put(kSpace, facts_row_of(table), encode_facts(facts));
  txn.put(kSpace, state_row(table.account, table.region, facts.number),
          encode_state({0, 1, {OpenShard{0, now_ms}}}));
  schedule_rolls(db, txn, table, now_ms);
}

std::optional<std::int64_t> roll_old_shards(storage::Txn& txn, const Table& table,
                                            std::int64_t now_ms) {
  const auto row = state_row(table.account, table.region, table.stream_number);
  const auto bytes = txn.get(kSpace, row);
  if (!bytes) return std::nullopt;
  State state = decode_state(*bytes);
  const auto is_old = [&](const OpenShard& shard) {
    return now_ms - shard.started_ms >= kShardLifetimeMs;
  };
  // A roll puts the child, which is young, in its parent's place; a split puts two there.
  for (std::size_t at = 0; at < state.open.size(); ++at) {
    if (is_old(state.open[at])) roll_shard(txn, table, state, at, now_ms);
  }
  txn.put(kSpace, row, encode_state(state));
  std::int64_t oldest_ms = now_ms;
  for (const auto& shard : state.open) oldest_ms = std::min(oldest_ms, shard.started_ms);
  return oldest_ms + kShardLifetimeMs;
}

std::string_view status(const Facts& facts, std::int64_t now_ms) {
  const bool settled = facts.settled_ms <= now_ms;
  if (facts.closed_ms == 0) return settled ? "ENABLED" : "ENABLING";
  return settled ? "DISABLED" : "DISABLING";
}

void close(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  const auto row = facts_row_of(table);
  const auto bytes = txn.get(kSpace, row);
  if (!bytes) return;
  Facts facts = read_facts(txn, table.account, table.region, *bytes);
  facts.closed_ms = now_ms;
  facts.settled_ms = now_ms + db.transition_time().ms(table.account);
  for (auto& shard : facts.shards) {
    if (!shard.last_sequence) shard.last_sequence = facts.last_sequence;
  }
  txn.put(kSpace, row, encode_facts(facts));
}

void append(storage::Txn& txn, const Table& table, const Change& change,
            const WriteOrigin& origin) {
  // A write that leaves the item as it was is no change.
  if (change.before && change.after && equal(*change.before, *change.after)) return;
  const auto row = state_row(table.account, table.region, table.stream_number);
  const auto bytes = txn.get(kSpace, row);
  if (!bytes) return;
  State state = decode_state(*bytes);
  std::size_t at = shard_of(state, table, change.row);
  if (is_full(state, state.open[at], origin.now_ms)) {
    roll_shard(txn, table, state, at, origin.now_ms);
    at = shard_of(state, table, change.row);
  }
  StoredRecord record = make_record(table, change, origin);
  record.sequence = ++state.last_sequence;
  record.shard = state.open[at].number;
  ++state.open[at].records;
  txn.put(kSpace, record_row(table.account, table.region, table.stream_number, record.sequence),
          encode_record(record));
  txn.put(kSpace, row, encode_state(state));
  txn.notify("dynamodb/stream/" + *table.description.LatestStreamArn);
}

std::vector<Facts> list(const storage::Reader& reader, std::string_view account,
                        std::string_view region, std::string_view table_name, std::int64_t now_ms) {
  const auto prefix = facts_rows(account, region, table_name);
  std::vector<Facts> out;
  std::string from = prefix;
  while (true) {
    const auto page = reader.range(kSpace, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      Facts facts = read_facts(reader, account, region, row.value);
      if (!expired(facts, now_ms)) out.push_back(std::move(facts));
    }
    if (!page.more) return out;
    from = page.rows.back().key + '\0';
  }
}

std::optional<Facts> find(const storage::Reader& reader, std::string_view account,
                          std::string_view region, std::string_view table_name,
                          std::string_view label) {
  const auto bytes = reader.get(kSpace, facts_row(account, region, table_name, label));
  if (!bytes) return std::nullopt;
  return read_facts(reader, account, region, *bytes);
}

RecordPage read(const storage::Reader& reader, std::string_view account, std::string_view region,
                const Facts& facts, std::uint32_t shard, std::uint64_t from, std::size_t limit) {
  RecordPage out;
  out.next_sequence = from;
  const auto known = std::find_if(facts.shards.begin(), facts.shards.end(),
                                  [&](const ShardFacts& one) { return one.number == shard; });
  if (known == facts.shards.end()) return out;
  const auto rows = record_rows(account, region, facts.number);
  const std::string to = known->last_sequence
                             ? record_row(account, region, facts.number, *known->last_sequence + 1)
                             : storage::prefix_end(rows);
  std::string start =
      record_row(account, region, facts.number, std::max(from, known->first_sequence));
  // Records of other shards stand between; a page goes on behind them, but not without end.
  for (std::size_t scanned = 0; out.records.size() < limit && scanned < kRecordsBytesMax;) {
    const auto page = reader.range(
        kSpace, start, to,
        {.limit = limit - out.records.size(), .bytes_max = kRecordsBytesMax - scanned});
    for (const auto& row : page.rows) {
      scanned += row.value.size();
      std::string_view key = std::string_view(row.key).substr(rows.size());
      const auto sequence = storage::take_u64(key).value_or(0);
      out.next_sequence = sequence + 1;
      auto record = decode_record(sequence, row.value);
      if (record.shard == shard) out.records.push_back(std::move(record));
    }
    if (!page.more) {
      // Up to the shard's end, or the newest record, there is nothing more of it.
      out.next_sequence =
          std::max(out.next_sequence, known->last_sequence.value_or(facts.last_sequence) + 1);
      break;
    }
    start = page.rows.back().key + '\0';
  }
  return out;
}

std::uint64_t first_since(const storage::Reader& reader, std::string_view account,
                          std::string_view region, const Facts& facts, const ShardFacts& shard,
                          std::int64_t since_ms) {
  std::uint64_t from = shard.first_sequence;
  while (true) {
    const auto page = read(reader, account, region, facts, shard.number, from, 1000);
    for (const auto& record : page.records) {
      if (record.written_ms >= since_ms) return record.sequence;
    }
    if (page.next_sequence == from) return from;
    from = page.next_sequence;
    if (from > shard.last_sequence.value_or(facts.last_sequence)) return from;
  }
}

std::string render_sequence(std::uint64_t sequence) {
  return fmt::format("{}{:020}", kSequencePrefix, sequence);
}

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
  if (text.size() != kSequenceDigits || !text.starts_with(kSequencePrefix)) return std::nullopt;
  text.remove_prefix(kSequencePrefix.size());
  std::uint64_t sequence = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return sequence;
}

std::string shard_id(const Facts& facts, const ShardFacts& shard) {
  return fmt::format("shardId-{:020}-{:08x}", shard.started_ms,
                     static_cast<std::uint32_t>(facts.number + shard.number));
}

}  // namespace cumulite::dynamodb::stream
