#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/projection.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {

/// What Query and Scan read: a range of the rows of a table or an index, one page of it.
struct PageRequest {
  const Table* table = nullptr;
  const Index* index = nullptr;  ///< Null: the table itself.
  std::string from = {};
  std::string to = {};
  bool reverse = false;
  bool consistent = false;
  bool count_only = false;
  bool fetch_items = false;  ///< Local index: attributes that it does not hold are wanted.
  /// Of a table's rows by their hashes: each that the page reaches costs a unit's block at least.
  std::size_t partitions = 1;
  std::optional<std::size_t> limit = {};
  const expression::BoundCondition* filter = nullptr;
  const expression::Projection* projection = nullptr;
};

struct ReadPage {
  std::vector<Item> items = {};
  std::int32_t count = 0;
  std::int32_t scanned = 0;
  std::optional<Item> last_key = {};
  double table_units = 0;
  double index_units = 0;
};

/// What the keys of the rows begin with that a read of the table, or of its index, walks.
std::string read_prefix(const Table& table, const Index* index);

/// How many partitions a read of all rows of the table or index goes through.
std::size_t scanned_partitions(const Table& table, const Index* index);

/// Reads rows until the limit, 1 MB of items, or the end; then filters and projects them.
ReadPage read_page(const storage::Reader& reader, const PageRequest& request);
/// The same for a call, within the provisioned throughput. Errors:
/// ProvisionedThroughputExceededException.
Result<ReadPage> read_throttled_page(Context& ctx, const PageRequest& request);

/// How Select, the projection and the index agree on what is returned.
struct Selection {
  bool count_only = false;
  bool fetch_items = false;
};

Result<void> check_select(const std::optional<std::string>& select, bool has_projection_expression,
                          bool has_attributes_to_get, bool has_index);
Result<Selection> select_attributes(const std::optional<std::string>& select, const Table& table,
                                    const Index* index,
                                    const std::optional<expression::Projection>& projection);

/// ExclusiveStartKey, normalized. Errors: "The provided starting key is invalid: ...".
Result<std::optional<Item>> read_start_key(const std::optional<Item>& given, Layer layer);
/// Checks that it has the attributes of a key of what is read. `scan`: the wording differs.
Result<void> check_start_names(const Table& table, const Index* index, const Item& key, bool scan);
/// Its row, after checking the table's part of it; check_start_names went before.
Result<std::string> start_row(const Table& table, const Index* index, const Item& key);

/// The answer of a Query or a Scan: `In` and `Out` of either have the same members.
template <class Out, class In>
Out page_answer(const In& in, const PageRequest& request, ReadPage page) {
  Out out;
  out.Count = page.count;
  out.ScannedCount = page.scanned;
  if (!request.count_only) out.Items = std::move(page.items);
  out.LastEvaluatedKey = std::move(page.last_key);
  out.ConsumedCapacity = read_capacity(in.ReturnConsumedCapacity, *request.table, request.index,
                                       page.table_units, page.index_units);
  return out;
}

}  // namespace cumulite::dynamodb
