#include "emulator/services/dynamodb/keys.h"

#include <xxhash.h>

#include <limits>

#include "emulator/services/dynamodb/item/number.h"
#include "emulator/services/dynamodb/table/table.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::keys {
namespace {

/// Sort attributes of a GSI may add up to more than a row key can hold: what is beyond this is cut,
/// and such rows are ordered by their first bytes only.
constexpr std::size_t kSortBytesMax = 2'200;

void append_hash(std::string& key, std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  key.append(reinterpret_cast<const char*>(canonical.digest), kHashBytes);
}

/// Appends the hash of the partition attributes; false if one is missing.
bool append_partition(std::string& key, const KeySchema& schema, const Item& item) {
  if (schema.hash_count == 1 && schema.hash().type != Type::kN) {
    const auto* value = find(item, schema.hash().name);
    if (value == nullptr || value->type != schema.hash().type) return false;
    append_hash(key, value->text());
    return true;
  }
  std::string parts;
  for (std::size_t i = 0; i < schema.hash_count; ++i) {
    const auto* value = find(item, schema.attributes[i].name);
    if (value == nullptr || value->type != schema.attributes[i].type) return false;
    append_sort(parts, *value);
  }
  append_hash(key, parts);
  return true;
}

bool append_sorts(std::string& key, const KeySchema& schema, const Item& item) {
  for (std::size_t i = schema.hash_count; i < schema.attributes.size(); ++i) {
    const auto* value = find(item, schema.attributes[i].name);
    if (value == nullptr || value->type != schema.attributes[i].type) return false;
    append_sort(key, *value);
  }
  return true;
}

}  // namespace

std::string scope(std::string_view account, std::string_view region) {
  std::string key;
  storage::append_part(key, account);
  storage::append_part(key, region);
  return key;
}

std::string table_rows(std::string_view account, std::string_view region) {
  return scope(account, region) + 't';
}

std::string table_row(std::string_view account, std::string_view region, std::string_view name) {
  std::string key = table_rows(account, region);
  storage::append_part(key, name);
  return key;
}

std::string setting_row(std::string_view account, std::string_view region, char kind,
                        std::string_view id) {
  std::string key = scope(account, region) + kind;
  storage::append_part(key, id);
  return key;
}

std::string part_rows(std::string_view account, std::string_view region, char kind,
                      std::string_view table) {
  std::string key = scope(account, region) + kind;
  if (!table.empty()) storage::append_part(key, table);
  return key;
}

std::string part_row(std::string_view account, std::string_view region, char kind,
                     std::string_view table, std::string_view id) {
  std::string key = part_rows(account, region, kind, table);
  storage::append_part(key, id);
  return key;
}

std::string companion_rows(std::string_view account, std::string_view region,
                           std::string_view table) {
  return setting_row(account, region, 'x', table);
}

std::optional<TableRowName> parse_table_row(std::string_view key) {
  auto account = storage::take_part(key);
  auto region = account ? storage::take_part(key) : std::nullopt;
  if (!region || key.empty() || key.front() != 't') return std::nullopt;
  key.remove_prefix(1);
  auto name = storage::take_part(key);
  if (!name) return std::nullopt;
  return TableRowName{std::move(*account), std::move(*region), std::move(*name)};
}

std::string table_prefix(std::string_view account, std::string_view region, std::uint64_t number) {
  std::string key = scope(account, region);
  storage::append_u64(key, number);
  return key;
}

std::string index_prefix(const Table& table, const Index& index) {
  return table.row_prefix + static_cast<char>(index.number);
}

std::string log_prefix(const Table& table) {
  return table.row_prefix + '\0';
}

std::string stamp_prefix(const Table& table) {
  return table.row_prefix + '\xFF';
}

std::string stamp_row(const Table& table, std::string_view item_row) {
  return stamp_prefix(table).append(item_row.substr(table.row_prefix.size()));
}

std::string item_row(const Table& table, const Item& key) {
  std::string row;
  row.reserve(table.row_prefix.size() + kHashBytes + 48);
  row = table.row_prefix;
  append_partition(row, table.key, key);
  append_sorts(row, table.key, key);
  return row;
}

std::optional<std::string> index_row(const Table& table, const Index& index, const Item& item) {
  std::string row = index_prefix(table, index);
  if (!append_partition(row, index.key, item)) return std::nullopt;
  const std::size_t sort_at = row.size();
  if (!append_sorts(row, index.key, item)) return std::nullopt;
  if (row.size() - sort_at > kSortBytesMax) row.resize(sort_at + kSortBytesMax);
  // Items that are equal in the index's key are told apart by their primary key.
  std::string primary;
  for (const auto& attribute : table.key.attributes) {
    const auto* value = find(item, attribute.name);
    if (value == nullptr) return std::nullopt;
    append_sort(primary, *value);
  }
  append_hash(row, primary);
  return row;
}

std::string partition_prefix(std::string_view rows_prefix, const KeySchema& key, const Item& item) {
  std::string row(rows_prefix);
  append_partition(row, key, item);
  return row;
}

void append_sort(std::string& key, const AttributeValue& value) {
  if (value.type == Type::kN) {
    Number::of_normal(value.text()).append_ordered(key);
  } else {
    storage::append_part(key, value.text());
  }
}

void append_sort_prefix(std::string& key, const AttributeValue& value) {
  storage::append_part(key, value.text());
  key.resize(key.size() - 2);  // The two bytes that end a part.
}

Range segment(std::string_view rows_prefix, std::uint32_t segment, std::uint32_t total) {
  const auto bound = [&](std::uint32_t number) {
    std::string key(rows_prefix);
    storage::append_u64(key, number * (std::numeric_limits<std::uint64_t>::max() / total));
    return key;
  };
  Range out;
  out.from = segment == 0 ? std::string(rows_prefix) : bound(segment);
  out.to = segment + 1 == total ? storage::prefix_end(rows_prefix) : bound(segment + 1);
  return out;
}

}  // namespace cumulite::dynamodb::keys
