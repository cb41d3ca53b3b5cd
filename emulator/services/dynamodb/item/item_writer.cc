#include "emulator/services/dynamodb/item/item_writer.h"

#include <algorithm>

#include "emulator/services/dynamodb/backup/change_log.h"
#include "emulator/services/dynamodb/global/replication.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/number.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/time_to_live.h"

namespace cumulite::dynamodb {

bool needs_before(const Table& table) {
  return !table.indexes.empty() || table.streams() || !table.ttl_attribute.empty() ||
         table.recovery || table.replicated();
}

void add_item_domains(storage::Domains& domains, const Table& table, std::string_view row) {
  domains.push_back(storage::Domain::exclusive_on(spaces::kDynamoDbItems, row));
  if (table.streams()) domains.push_back(stream::domain(table));
}

Change read_change(const storage::Reader& reader, std::string row, bool decode) {
  Change out;
  out.row = std::move(row);
  const auto bytes = reader.get(spaces::kDynamoDbItems, out.row);
  if (!bytes) return out;
  out.existed = true;
  out.before_size = encoded_size_bytes(*bytes);
  if (decode) out.before = decode_item(*bytes);
  return out;
}

Result<void> check_collection(const storage::Store& store, const Table& table,
                              const Change& change) {
  if (!change.after || !table.has_local_indexes()) return {};
  if (size_bytes(*change.after) <= change.before_size) return {};
  if (collection_bytes(store, table, change.row) < kCollectionBytesMax) return {};
  return Error{"ItemCollectionSizeLimitExceededException", "Collection size exceeded."};
}

WriteUnits write_change(Database& db, storage::Txn& txn, const Table& table, const Change& change,
                        const WriteOrigin& origin) {
  WriteUnits units;
  const std::size_t after_size = change.after ? size_bytes(*change.after) : 0;
  units.table = write_units(std::max(change.before_size, after_size));
  if (change.after) {
    txn.put(spaces::kDynamoDbItems, change.row, encode_item(*change.after, after_size));
  } else if (change.existed) {
    txn.del(spaces::kDynamoDbItems, change.row);
  } else {
    return units;
  }
  const std::int64_t grown =
      static_cast<std::int64_t>(after_size) - static_cast<std::int64_t>(change.before_size);
  add_table_totals(txn, table, (change.after ? 1 : 0) - (change.existed ? 1 : 0), grown);
  std::int64_t collection = grown;
  const Item* before = change.before ? &*change.before : nullptr;
  const Item* after = change.after ? &*change.after : nullptr;
  for (const auto& index : table.indexes) {
    const auto done = maintain_index(txn, table, index, before, after);
    if (done.units > 0) units.indexes.emplace_back(&index, done.units);
    if (!index.global) collection += done.bytes;
  }
  if (table.has_local_indexes()) add_collection_bytes(txn, table, change.row, collection);
  if (table.streams()) stream::append(txn, table, change, origin);
  if (table.recovery) log_change(db, txn, table, change);
  if (table.replicated() && !origin.replicated) replicate(db, txn, table, change, origin.now_ms);
  if (!table.ttl_attribute.empty()) schedule_expiry(db, txn, table, change);
  return units;
}

std::optional<std::int64_t> expiry_seconds(const Table& table, const Item& item) {
  if (table.ttl_attribute.empty()) return std::nullopt;
  const auto* value = find(item, table.ttl_attribute);
  if (value == nullptr || value->type != Type::kN) return std::nullopt;
  // A normal text is plain decimal: its whole seconds are what stands before the point.
  const std::string& text = value->text();
  return Number::of_normal(text.substr(0, text.find('.'))).integer();
}

}  // namespace cumulite::dynamodb
