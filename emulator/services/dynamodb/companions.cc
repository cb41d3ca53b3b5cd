#include "emulator/services/dynamodb/companions.h"

#include "emulator/core/spaces.h"
#include "emulator/services/dynamodb/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

std::string prefix_of(const Table& table) {
  return keys::companion_rows(table.account, table.region, table.name());
}

std::string row_of(std::string_view rows, Companion kind, std::string_view id) {
  std::string row(rows);
  row += static_cast<char>(kind);
  storage::append_part(row, id);
  return row;
}

std::string row_of(const Table& table, Companion kind, std::string_view id) {
  return row_of(prefix_of(table), kind, id);
}

}  // namespace

storage::Domain companions_domain(const Table& table) {
  return storage::Domain::exclusive_on(spaces::kDynamoDb, prefix_of(table));
}

std::optional<std::string> get_companion(const storage::Reader& reader, const Table& table,
                                         Companion kind, std::string_view id) {
  return reader.get(spaces::kDynamoDb, row_of(table, kind, id));
}

std::optional<std::string> get_companion(const storage::Reader& reader, std::string_view rows,
                                         Companion kind, std::string_view id) {
  return reader.get(spaces::kDynamoDb, row_of(rows, kind, id));
}

void put_companion(storage::Txn& txn, const Table& table, Companion kind, std::string_view id,
                   std::string_view value) {
  txn.put(spaces::kDynamoDb, row_of(table, kind, id), value);
}

void del_companion(storage::Txn& txn, const Table& table, Companion kind, std::string_view id) {
  txn.del(spaces::kDynamoDb, row_of(table, kind, id));
}

std::vector<CompanionRow> list_companions(const storage::Reader& reader, const Table& table,
                                          Companion kind) {
  const std::string prefix = prefix_of(table) + static_cast<char>(kind);
  std::vector<CompanionRow> out;
  for (auto& row : reader.range(spaces::kDynamoDb, prefix, storage::prefix_end(prefix)).rows) {
    std::string_view id = std::string_view(row.key).substr(prefix.size());
    out.push_back({storage::take_part(id).value_or(""), std::move(row.value)});
  }
  return out;
}

void drop_companions(storage::Txn& txn, const Table& table) {
  const std::string prefix = prefix_of(table);
  txn.del_range(spaces::kDynamoDb, prefix, storage::prefix_end(prefix));
}

}  // namespace cumulite::dynamodb
