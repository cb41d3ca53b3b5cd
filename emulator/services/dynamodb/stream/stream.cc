#include "emulator/services/dynamodb/stream/stream.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/stream/stream_rows.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::stream {
namespace {

constexpr storage::Space kSpace = spaces::kDynamoDbStreams;
// Records of one answer stay below this, as the service's answers do.
constexpr std::size_t kAnswerBytesMax = 1024 * 1024;
constexpr std::size_t kSequenceDigits = 21;
constexpr std::string_view kSequencePrefix = "1";

std::string facts_row_of(const Table& table) {
  return facts_row(table.account, table.region, table.name(), *table.description.LatestStreamLabel);
}

/// Brings the facts' last shard and sequence up to date with the state.
void merge(Facts& facts, const State& state) {
  facts.last_sequence = state.last_sequence;
  if (facts.closed_ms != 0 && !facts.shards.empty()) {
    facts.shards.back().last_sequence = state.last_sequence;
  }
}

/// Closes the open shard and continues in a child; drops what is older than the retention.
void roll_shard(storage::Txn& txn, const Table& table, State& state, std::int64_t now_ms) {
  const auto row = facts_row_of(table);
  const auto bytes = txn.get(kSpace, row);
  if (!bytes) return;
  Facts facts = decode_facts(*bytes);
  facts.shards.back().last_sequence = state.last_sequence;
  ++state.shard;
  state.shard_started_ms = now_ms;
  facts.shards.push_back({state.shard, now_ms, state.last_sequence + 1, std::nullopt});
  const std::int64_t horizon_ms = now_ms - kRetentionMs;
  std::uint64_t first_kept = 0;
  while (facts.shards.size() > 1 && facts.shards[1].started_ms < horizon_ms) {
    first_kept = facts.shards[1].first_sequence;
    facts.shards.erase(facts.shards.begin());
  }
  if (first_kept > 0) {
    txn.del_range(kSpace, record_rows(table.account, table.region, facts.number),
                  record_row(table.account, table.region, facts.number, first_kept));
  }
  txn.put(kSpace, row, encode_facts(facts));
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

void open(storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  Facts facts;
  facts.number = table.stream_number;
  facts.table_name = table.name();
  facts.label = *table.description.LatestStreamLabel;
  facts.view_type = table.description.StreamSpecification->StreamViewType.value_or("");
  facts.created_ms = now_ms;
  for (std::size_t i = 0; i < table.key.attributes.size(); ++i) {
    facts.key.push_back(
        {table.key.attributes[i].name, i < table.key.hash_count ? "HASH" : "RANGE"});
  }
  facts.shards.push_back({0, now_ms, 1, std::nullopt});
  txn.put(kSpace, facts_row_of(table), encode_facts(facts));
  txn.put(kSpace, state_row(table.account, table.region, facts.number),
          encode_state({0, 0, now_ms}));
}

void close(storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  const auto row = facts_row_of(table);
  const auto bytes = txn.get(kSpace, row);
  if (!bytes) return;
  Facts facts = read_facts(txn, table.account, table.region, *bytes);
  facts.closed_ms = now_ms;
  facts.shards.back().last_sequence = facts.last_sequence;
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
  if (origin.now_ms - state.shard_started_ms >= kShardLifetimeMs) {
    roll_shard(txn, table, state, origin.now_ms);
  }
  StoredRecord record = make_record(table, change, origin);
  record.sequence = ++state.last_sequence;
  record.shard = state.shard;
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
  storage::RangeOptions options;
  options.limit = limit;
  options.bytes_max = kAnswerBytesMax;
  const auto page = reader.range(
      kSpace, record_row(account, region, facts.number, std::max(from, known->first_sequence)), to,
      options);
  for (const auto& row : page.rows) {
    std::string_view key = std::string_view(row.key).substr(rows.size());
    const auto sequence = storage::take_u64(key).value_or(0);
    out.records.push_back(decode_record(sequence, row.value));
    out.next_sequence = sequence + 1;
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
    if (page.records.empty()) return from;
    from = page.next_sequence;
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
