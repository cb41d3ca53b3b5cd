#include "emulator/services/dynamodb/stream/stream_rows.h"

#include "emulator/services/dynamodb/item/item_codec.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::stream {
namespace {

// In the word that counts the key's elements: a time follows it.
constexpr std::uint32_t kSettles = 1U << 8;

template <class T>
T require_field(std::optional<T> value) {
  if (!value) throw storage::StorageError("corrupt DynamoDB stream row");
  return std::move(*value);
}

void append_image(std::string& out, const std::optional<Item>& image) {
  storage::append_part(out, image ? encode_item(*image, 0) : std::string{});
}

std::optional<Item> take_image(std::string_view& bytes) {
  const std::string encoded = require_field(storage::take_part(bytes));
  if (encoded.empty()) return std::nullopt;
  return decode_item(encoded);
}

}  // namespace

std::string facts_rows(std::string_view account, std::string_view region, std::string_view table) {
  std::string key = keys::scope(account, region) + 'd';
  if (!table.empty()) storage::append_part(key, table);
  return key;
}

std::string facts_row(std::string_view account, std::string_view region, std::string_view table,
                      std::string_view label) {
  std::string key = facts_rows(account, region, table);
  storage::append_part(key, label);
  return key;
}

std::string state_row(std::string_view account, std::string_view region, std::uint64_t number) {
  std::string key = keys::scope(account, region) + 's';
  storage::append_u64(key, number);
  return key;
}

std::string record_rows(std::string_view account, std::string_view region, std::uint64_t number) {
  std::string key = keys::scope(account, region) + 'r';
  storage::append_u64(key, number);
  return key;
}

std::string record_row(std::string_view account, std::string_view region, std::uint64_t number,
                       std::uint64_t sequence) {
  std::string key = record_rows(account, region, number);
  storage::append_u64(key, sequence);
  return key;
}

std::string encode_facts(const Facts& facts) {
  std::string out;
  storage::append_u64(out, facts.number);
  storage::append_i64(out, facts.created_ms);
  storage::append_i64(out, facts.closed_ms);
  storage::append_part(out, facts.table_name);
  storage::append_part(out, facts.label);
  storage::append_part(out, facts.view_type);
  storage::append_u32(
      out, static_cast<std::uint32_t>(facts.key.size()) | (facts.settled_ms != 0 ? kSettles : 0));
  if (facts.settled_ms != 0) storage::append_i64(out, facts.settled_ms);
  for (const auto& element : facts.key) {
    storage::append_part(out, element.name);
    storage::append_part(out, element.kind);
  }
  for (const auto& shard : facts.shards) {
    storage::append_u32(out, shard.number);
    storage::append_i64(out, shard.started_ms);
    storage::append_u64(out, shard.first_sequence);
    storage::append_u64(out, shard.last_sequence.value_or(0));
    storage::append_u32(out, shard.last_sequence ? 1 : 0);
    storage::append_part(out, shard.parent_id);
  }
  return out;
}

Facts decode_facts(std::string_view bytes) {
  Facts facts;
  facts.number = require_field(storage::take_u64(bytes));
  facts.created_ms = require_field(storage::take_i64(bytes));
  facts.closed_ms = require_field(storage::take_i64(bytes));
  facts.table_name = require_field(storage::take_part(bytes));
  facts.label = require_field(storage::take_part(bytes));
  facts.view_type = require_field(storage::take_part(bytes));
  const auto keys = require_field(storage::take_u32(bytes));
  if ((keys & kSettles) != 0) facts.settled_ms = require_field(storage::take_i64(bytes));
  for (auto left = keys & ~kSettles; left > 0; --left) {
    auto& element = facts.key.emplace_back();
    element.name = require_field(storage::take_part(bytes));
    element.kind = require_field(storage::take_part(bytes));
  }
  while (!bytes.empty()) {
    auto& shard = facts.shards.emplace_back();
    shard.number = require_field(storage::take_u32(bytes));
    shard.started_ms = require_field(storage::take_i64(bytes));
    shard.first_sequence = require_field(storage::take_u64(bytes));
    const auto last = require_field(storage::take_u64(bytes));
    if (require_field(storage::take_u32(bytes)) != 0) shard.last_sequence = last;
    shard.parent_id = require_field(storage::take_part(bytes));
  }
  return facts;
}

std::string encode_state(const State& state) {
  std::string out;
  storage::append_u64(out, state.last_sequence);
  storage::append_u32(out, state.next_shard);
  for (const auto& shard : state.open) {
    storage::append_u32(out, shard.number);
    storage::append_i64(out, shard.started_ms);
    storage::append_u64(out, shard.records);
    storage::append_u64(out, shard.hash_last);
  }
  return out;
}

State decode_state(std::string_view bytes) {
  State state;
  state.last_sequence = require_field(storage::take_u64(bytes));
  state.next_shard = require_field(storage::take_u32(bytes));
  do {
    auto& shard = state.open.emplace_back();
    shard.number = require_field(storage::take_u32(bytes));
    shard.started_ms = require_field(storage::take_i64(bytes));
    shard.records = require_field(storage::take_u64(bytes));
    shard.hash_last = require_field(storage::take_u64(bytes));
  } while (!bytes.empty());
  return state;
}

std::string encode_record(const StoredRecord& record) {
  std::string out;
  storage::append_u32(out, record.shard);
  storage::append_i64(out, record.written_ms);
  storage::append_part(out, record.event_name);
  storage::append_u32(out, record.time_to_live ? 1 : 0);
  storage::append_u64(out, record.size_bytes);
  append_image(out, record.keys);
  append_image(out, record.new_image);
  append_image(out, record.old_image);
  return out;
}

StoredRecord decode_record(std::uint64_t sequence, std::string_view bytes) {
  StoredRecord record;
  record.sequence = sequence;
  record.shard = require_field(storage::take_u32(bytes));
  record.written_ms = require_field(storage::take_i64(bytes));
  record.event_name = require_field(storage::take_part(bytes));
  record.time_to_live = require_field(storage::take_u32(bytes)) != 0;
  record.size_bytes = require_field(storage::take_u64(bytes));
  record.keys = take_image(bytes).value_or(Item{});
  record.new_image = take_image(bytes);
  record.old_image = take_image(bytes);
  return record;
}

}  // namespace cumulite::dynamodb::stream
