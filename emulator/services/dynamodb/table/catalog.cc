#include "emulator/services/dynamodb/table/catalog.h"

#include <mutex>

#include "emulator/core/spaces.h"
#include "emulator/services/dynamodb/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {

void Catalog::load(const storage::Store& store) {
  std::string from;
  while (true) {
    const auto page = store.range(spaces::kDynamoDb, from, {});
    for (const auto& row : page.rows) {
      const auto name = keys::parse_table_row(row.key);
      if (!name) continue;
      put(row.key, Table::decode(name->account, name->region, row.value));
    }
    if (!page.more) return;
    from = page.rows.back().key + '\0';
  }
}

TablePtr Catalog::find(std::string_view row) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(row);
  return found == tables_.end() ? nullptr : found->second;
}

std::vector<TablePtr> Catalog::list(std::string_view account, std::string_view region,
                                    std::string_view after, std::size_t limit) const {
  const auto prefix = keys::table_rows(account, region);
  const std::shared_lock lock(mutex_);
  std::vector<TablePtr> out;
  auto it = after.empty() ? tables_.lower_bound(prefix)
                          : tables_.upper_bound(keys::table_row(account, region, after));
  for (; it != tables_.end() && it->first.starts_with(prefix) && out.size() < limit; ++it) {
    out.push_back(it->second);
  }
  return out;
}

std::size_t Catalog::count(std::string_view account, std::string_view region) const {
  return list(account, region, {}, static_cast<std::size_t>(-1)).size();
}

TablePtr Catalog::find_number(std::string_view account, std::string_view region,
                              std::uint64_t number) const {
  const auto prefix = keys::table_rows(account, region);
  const std::shared_lock lock(mutex_);
  for (auto it = tables_.lower_bound(prefix); it != tables_.end() && it->first.starts_with(prefix);
       ++it) {
    if (it->second->number == number) return it->second;
  }
  return nullptr;
}

std::vector<TablePtr> Catalog::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<TablePtr> out;
  for (const auto& entry : tables_) out.push_back(entry.second);
  return out;
}

void Catalog::put(const std::string& row, TablePtr table) {
  const std::unique_lock lock(mutex_);
  tables_[row] = std::move(table);
}

void Catalog::erase(std::string_view row) {
  const std::unique_lock lock(mutex_);
  const auto found = tables_.find(row);
  if (found != tables_.end()) tables_.erase(found);
}

void Catalog::reset(std::string_view account) {
  const std::unique_lock lock(mutex_);
  for (auto it = tables_.begin(); it != tables_.end();) {
    it = account.empty() || it->second->account == account ? tables_.erase(it) : std::next(it);
  }
}

}  // namespace cumulite::dynamodb
