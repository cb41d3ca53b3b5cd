#pragma once

#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/table/table.h"
#include "storage/kv/store.h"

namespace cumulite::dynamodb {

/// The tables in memory, by their row keys: an index of the rows, rebuilt at start, changed only
/// when a transaction that holds the table's exclusive domain commits. Thread-safe.
class Catalog {
 public:
  /// Reads all tables; before any request.
  void load(const storage::Store& store);

  TablePtr find(std::string_view row) const;
  /// Tables of the scope in the order of their names, after the given name.
  std::vector<TablePtr> list(std::string_view account, std::string_view region,
                             std::string_view after, std::size_t limit) const;
  std::size_t count(std::string_view account, std::string_view region) const;
  /// The table with that number; for due rows and streams.
  TablePtr find_number(std::string_view account, std::string_view region,
                       std::uint64_t number) const;
  std::vector<TablePtr> all() const;

  void put(const std::string& row, TablePtr table);
  void erase(std::string_view row);
  /// Forgets the account's tables (empty: all).
  void reset(std::string_view account);

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, TablePtr, std::less<>> tables_;
};

}  // namespace cumulite::dynamodb
