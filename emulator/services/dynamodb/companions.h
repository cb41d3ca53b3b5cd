#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/table/table.h"
#include "storage/kv/store.h"

/// Settings that live beside a table and go with it: its policies, insights, Kinesis destinations.
/// All rows of one table stand under one prefix, which is one domain.
namespace cumulite::dynamodb {

/// What a companion row holds; the letter is part of its key.
enum class Companion : char {
  kPolicy = 'p',    ///< Id: empty for the table, "stream/LABEL" for a stream.
  kInsights = 'i',  ///< Id: empty for the table, else the index.
  kKinesis = 'k',   ///< Id: ARN of the Kinesis stream.
};

/// The domain of every companion of the table.
storage::Domain companions_domain(const Table& table);

std::optional<std::string> get_companion(const storage::Reader& reader, const Table& table,
                                         Companion kind, std::string_view id);
/// The same by the prefix that keys::companion_rows makes.
std::optional<std::string> get_companion(const storage::Reader& reader, std::string_view rows,
                                         Companion kind, std::string_view id);
/// The transaction holds companions_domain.
void put_companion(storage::Txn& txn, const Table& table, Companion kind, std::string_view id,
                   std::string_view value);
void del_companion(storage::Txn& txn, const Table& table, Companion kind, std::string_view id);

struct CompanionRow {
  std::string id;
  std::string value;
};

/// All rows of one kind, in the order of their ids.
std::vector<CompanionRow> list_companions(const storage::Reader& reader, const Table& table,
                                          Companion kind);
/// Deletes them all; with the table.
void drop_companions(storage::Txn& txn, const Table& table);

}  // namespace cumulite::dynamodb
