#include "emulator/services/dynamodb/index/index_rows.h"

#include <algorithm>

#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

// An index row is a copy of the item, led by this byte, or, where the copy would be large, the key
// of the item's row: an item of 400 KB in twenty indexes would not fit into one transaction.
constexpr char kCopy = 'c';
constexpr char kReference = 'r';
constexpr std::size_t kCopyBytesMax = 16 * 1024;
constexpr std::size_t kHashBytes = 16;

struct IndexRow {
  std::optional<std::string> key;
  Item item = {};
  std::size_t size = 0;
};

IndexRow make_row(const Table& table, const Index& index, const Item* item) {
  IndexRow out;
  if (item == nullptr) return out;
  out.key = keys::index_row(table, index, *item);
  if (!out.key) return out;
  out.item = project(table, index, *item);
  out.size = size_bytes(out.item);
  return out;
}

void put_row(storage::Txn& txn, const Table& table, const IndexRow& row) {
  std::string value;
  if (row.size <= kCopyBytesMax) {
    value = kCopy + encode_item(row.item, row.size);
  } else {
    value = kReference + keys::item_row(table, row.item);
  }
  txn.put(spaces::kDynamoDbIndexes, *row.key, value);
}

std::string counter_key(const Table& table, std::uint8_t index, char what) {
  std::string key = totals_prefix(table);
  key += static_cast<char>(index);
  key += what;
  return key;
}

/// The row of a collection's size: the hash of its partition key, as it leads the items' rows.
std::string collection_key(const Table& table, std::string_view item_row) {
  std::string key = counter_key(table, 0, 'c');
  key += item_row.substr(table.row_prefix.size(), kHashBytes);
  return key;
}

void add_totals(storage::Txn& txn, const Table& table, std::uint8_t index, std::int64_t items,
                std::int64_t bytes) {
  if (items != 0) txn.add(spaces::kDynamoDb, counter_key(table, index, 'i'), items);
  if (bytes != 0) txn.add(spaces::kDynamoDb, counter_key(table, index, 'b'), bytes);
}

Totals totals(const storage::Reader& reader, const Table& table, std::uint8_t index) {
  return {reader.counter(spaces::kDynamoDb, counter_key(table, index, 'i')),
          reader.counter(spaces::kDynamoDb, counter_key(table, index, 'b'))};
}

std::int64_t as_signed(std::size_t value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

double WriteUnits::total() const {
  double sum = table;
  for (const auto& entry : indexes) sum += entry.second;
  return sum;
}

double write_units(std::size_t bytes) {
  return static_cast<double>(std::max<std::size_t>((bytes + 1023) / 1024, 1));
}

Item project(const Table& table, const Index& index, const Item& item) {
  if (index.projection == ProjectionKind::kAll) return item;
  Item out;
  for (const auto& entry : item) {
    if (index.projects(entry.first, table.key)) out.push_back(entry);
  }
  return out;
}

IndexChange maintain_index(storage::Txn& txn, const Table& table, const Index& index,
                           const Item* before, const Item* after) {
  IndexRow old_row = make_row(table, index, before);
  const IndexRow new_row = make_row(table, index, after);
  if (!old_row.key && !new_row.key) return {};
  // An index that is being filled has no row yet of an item that the fill has still to come to.
  const bool is_missing =
      index.being_filled() && old_row.key && !txn.get(spaces::kDynamoDbIndexes, *old_row.key);
  if (is_missing) old_row = {};
  double units = 0;
  if (old_row.key && new_row.key && *old_row.key == *new_row.key) {
    if (equal(old_row.item, new_row.item)) return {};
    units = write_units(std::max(old_row.size, new_row.size));
  } else {
    if (old_row.key) {
      txn.del(spaces::kDynamoDbIndexes, *old_row.key);
      units += write_units(old_row.size);
    }
    if (new_row.key) units += write_units(new_row.size);
  }
  if (new_row.key) put_row(txn, table, new_row);
  const std::int64_t bytes = as_signed(new_row.size) - as_signed(old_row.size);
  add_totals(txn, table, index.number, (new_row.key ? 1 : 0) - (old_row.key ? 1 : 0), bytes);
  return {units, bytes};
}

void add_to_index(storage::Txn& txn, const Table& table, const Index& index, const Item& item) {
  const IndexRow row = make_row(table, index, &item);
  // A write since the index was made has added it already.
  if (!row.key || txn.get(spaces::kDynamoDbIndexes, *row.key)) return;
  put_row(txn, table, row);
  add_totals(txn, table, index.number, 1, as_signed(row.size));
}

std::optional<Item> read_index_row(const storage::Reader& reader, const Table& table,
                                   const Index& index, std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (value.front() == kCopy) return decode_item(value.substr(1));
  const auto row = reader.get(spaces::kDynamoDbItems, value.substr(1));
  if (!row) return std::nullopt;
  return project(table, index, decode_item(*row));
}

Totals index_totals(const storage::Reader& reader, const Table& table, const Index& index) {
  return totals(reader, table, index.number);
}

Totals table_totals(const storage::Reader& reader, const Table& table) {
  return totals(reader, table, 0);
}

void add_table_totals(storage::Txn& txn, const Table& table, std::int64_t items,
                      std::int64_t bytes) {
  add_totals(txn, table, 0, items, bytes);
}

std::int64_t collection_bytes(const storage::Reader& reader, const Table& table,
                              std::string_view item_row) {
  return reader.counter(spaces::kDynamoDb, collection_key(table, item_row));
}

void add_collection_bytes(storage::Txn& txn, const Table& table, std::string_view item_row,
                          std::int64_t bytes) {
  if (bytes != 0) txn.add(spaces::kDynamoDb, collection_key(table, item_row), bytes);
}

std::string totals_prefix(const Table& table) {
  std::string key = keys::scope(table.account, table.region);
  key += 'n';
  storage::append_u64(key, table.number);
  return key;
}

void drop_pseudo_indexes(storage::Txn& txn, const Table& table) {
  for (const auto& prefix : {keys::log_prefix(table), keys::stamp_prefix(table)}) {
    txn.del_range(spaces::kDynamoDbIndexes, prefix, storage::prefix_end(prefix));
  }
}

void drop_index(storage::Txn& txn, const Table& table, const Index& index) {
  const auto prefix = keys::index_prefix(table, index);
  txn.del_range(spaces::kDynamoDbIndexes, prefix, storage::prefix_end(prefix));
  for (const char what : {'i', 'b'}) {
    txn.del(spaces::kDynamoDb, counter_key(table, index.number, what));
  }
}

}  // namespace cumulite::dynamodb
