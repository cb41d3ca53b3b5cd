#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/key_condition.h"
#include "emulator/services/dynamodb/table/table.h"

namespace cumulite::dynamodb::partiql {

/// A piece of the rows that a SELECT reads: one partition, or a part of it.
struct RowRange {
  const AttributeValue* partition = nullptr;  ///< Null: all rows.
  std::string from = {};
  std::string to = {};
};

/// How a SELECT finds its rows: by the keys that its WHERE clause names, or by a scan.
struct AccessPath {
  bool keyed = false;
  std::size_t partitions = 0;  ///< Distinct partition keys, if keyed.
  std::vector<RowRange> ranges = {};
};

/// `where` may be null. Errors: overlapping conditions, key types other than the schema's, more
/// than fifty reads, filters on attributes that the index does not project.
Result<AccessPath> find_access_path(const Table& table, const Index* index,
                                    const expression::BoundCondition* where);

/// The key that a WHERE clause names by equality, and what else it asks.
struct KeyedCondition {
  Item key = {};
  std::optional<expression::BoundCondition> rest = {};
  /// Key attributes that stand twice with different values; the second ones are in `rest`.
  std::optional<std::string> conflict = {};
  bool complete = false;  ///< Every key attribute has its value.
};

/// `lists`: IN with one value counts as equality, as it does for reads.
KeyedCondition split_key(const KeySchema& schema, const expression::BoundCondition* where,
                         bool lists);

}  // namespace cumulite::dynamodb::partiql
