#include "emulator/services/dynamodb/request/read_page.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/expression/evaluate.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/keys.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kPageBytesMax = 1024 * 1024;
constexpr std::size_t kChunkRows = 256;
/// A new table on demand has as many, which can be seen by what a scan of few items costs.
constexpr std::size_t kPartitionsOnDemand = 4;

/// Walks the rows in chunks and gathers what the page answers.
class PageReader {
 public:
  PageReader(const storage::Reader& reader, const PageRequest& request)
      : reader_(reader), request_(request), from_(request.from), to_(request.to) {
    at_partition_ = partition_of(from_);
  }

  ReadPage run() {
    bool more = from_ < to_ || to_.empty();
    while (more && !full()) more = read_chunk();
    if (full() && last_) {
      page_.last_key = paging_key(*request_.table, request_.index, *last_);
    }
    if (!page_.last_key) end_range();
    count_units();
    return std::move(page_);
  }

 private:
  /// The partition of a row, cut as the segments of a parallel scan are.
  std::size_t partition_of(std::string_view row) const {
    return std::min(hash_of(row) / partition_size(), request_.partitions - 1);
  }

  std::uint64_t hash_of(std::string_view row) const {
    row.remove_prefix(std::min(row.size(), request_.table->row_prefix.size()));
    return storage::take_u64(row).value_or(0);
  }

  std::uint64_t partition_size() const { return UINT64_MAX / request_.partitions; }

  bool full() const {
    return bytes_ >= kPageBytesMax ||
           (request_.limit && static_cast<std::size_t>(page_.scanned) >= *request_.limit);
  }

  bool read_chunk() {
    storage::RangeOptions options;
    options.reverse = request_.reverse;
    options.bytes_max = kPageBytesMax;
    options.limit = kChunkRows;
    if (request_.limit) {
      options.limit =
          std::min(kChunkRows, *request_.limit - static_cast<std::size_t>(page_.scanned));
    }
    const auto space =
        request_.index == nullptr ? spaces::kDynamoDbItems : spaces::kDynamoDbIndexes;
    auto chunk = reader_.range(space, from_, to_, options);
    for (const auto& row : chunk.rows) {
      take(row);
      if (full()) return chunk.more;
    }
    if (chunk.rows.empty()) return false;
    if (request_.reverse) {
      to_ = chunk.rows.back().key;
    } else {
      from_ = chunk.rows.back().key + '\0';
    }
    return chunk.more;
  }

  /// Adds to the page's bytes, and ends the partitions that stand before the row's.
  void add_partition_bytes(std::string_view row, std::size_t bytes) {
    while (request_.partitions > 1 && at_partition_ < partition_of(row)) end_partition();
    bytes_ += bytes;
    partition_bytes_ += bytes;
  }

  void end_partition() {
    ended_units_ += read_units(partition_bytes_, request_.consistent);
    partition_bytes_ = 0;
    ++at_partition_;
  }

  void take(const storage::KeyValue& row) {
    std::optional<Item> item;
    if (request_.index == nullptr) {
      item = decode_item(row.value);
      add_partition_bytes(row.key, encoded_size_bytes(row.value));
    } else {
      item = read_index_row(reader_, *request_.table, *request_.index, row.value);
      if (!item) return;
      bytes_ += size_bytes(*item);
    }
    ++page_.scanned;
    last_ = paging_key(*request_.table, request_.index, *item);
    if (request_.fetch_items) fetch(*item);
    if (request_.filter != nullptr && !expression::matches(*request_.filter, *item)) return;
    ++page_.count;
    if (request_.count_only) return;
    page_.items.push_back(request_.projection == nullptr
                              ? std::move(*item)
                              : request_.projection->apply(std::move(*item)));
  }

  /// Replaces the index's copy by the whole item, which costs a read of the table.
  void fetch(Item& item) {
    const auto bytes = reader_.get(spaces::kDynamoDbItems, keys::item_row(*request_.table, item));
    if (!bytes) return;
    item = decode_item(*bytes);
    fetched_units_ += read_units(encoded_size_bytes(*bytes), request_.consistent);
  }

  /// A page that reached the end of its range went through the partitions up to there.
  void end_range() {
    if (request_.partitions == 1) return;
    const bool whole = !request_.to.starts_with(request_.table->row_prefix);
    const std::size_t end =
        whole ? request_.partitions : (hash_of(request_.to) - 1) / partition_size() + 1;
    while (at_partition_ + 1 < end) end_partition();
  }

  void count_units() {
    if (request_.index != nullptr) {
      page_.index_units = read_units(bytes_, request_.consistent);
      page_.table_units = fetched_units_;
    } else {
      page_.table_units = ended_units_ + read_units(partition_bytes_, request_.consistent);
    }
  }

  const storage::Reader& reader_;
  const PageRequest& request_;
  std::string from_;
  std::string to_;
  ReadPage page_;
  std::size_t bytes_ = 0;
  std::size_t at_partition_ = 0;
  std::size_t partition_bytes_ = 0;  ///< Of the page's bytes, those of `at_partition_`.
  double ended_units_ = 0;           ///< Of the partitions before it.
  double fetched_units_ = 0;
  std::optional<Item> last_;
};

Error invalid_start(std::string_view detail = {}) {
  std::string message = "The provided starting key is invalid";
  if (!detail.empty()) message += fmt::format(": {}", detail);
  return errors::validation(std::move(message));
}

/// What DynamoDB says of a start key's value without saying that it is about the start key.
bool is_bare(std::string_view message) {
  for (const std::string_view part : {"contains duplicates", "number set", "numeric value",
                                      "significant digits", "number with magnitude"}) {
    if (message.find(part) != std::string_view::npos) return true;
  }
  return false;
}

/// Projected attributes that a global index does not hold.
std::vector<std::string_view> not_projected(const Table& table, const Index& index,
                                            const expression::Projection& projection) {
  std::vector<std::string_view> out;
  for (const auto name : projection.top_names()) {
    if (!index.projects(name, table.key)) out.push_back(name);
  }
  return out;
}

}  // namespace

std::string read_prefix(const Table& table, const Index* index) {
  return index == nullptr ? table.row_prefix : keys::index_prefix(table, *index);
}

std::size_t scanned_partitions(const Table& table, const Index* index) {
  return index == nullptr && table.on_demand() ? kPartitionsOnDemand : 1;
}

ReadPage read_page(const storage::Reader& reader, const PageRequest& request) {
  return PageReader(reader, request).run();
}

Result<ReadPage> read_throttled_page(Context& ctx, const PageRequest& request) {
  auto& throttle = database(ctx).throttle();
  CUMULITE_TRY(throttle.admit_read(*request.table, request.index, ctx.now_ms));
  ReadPage page = read_page(ctx.env.store, request);
  throttle.charge_read(*request.table, request.index, page.table_units, page.index_units,
                       ctx.now_ms);
  return page;
}

Result<void> check_select(const std::optional<std::string>& select, bool has_projection_expression,
                          bool has_attributes_to_get, bool has_index) {
  const bool projected = has_projection_expression || has_attributes_to_get;
  if (select && select != "SPECIFIC_ATTRIBUTES" && projected) {
    return errors::validation(
        fmt::format("Cannot specify the {} when choosing to get {}",
                    has_projection_expression ? "ProjectionExpression" : "AttributesToGet",
                    *select == "COUNT" ? "only the Count" : *select));
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !has_index) {
    return errors::validation(
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  if (select == "SPECIFIC_ATTRIBUTES" && !projected) {
    return errors::validation(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
  }
  return {};
}

Result<Selection> select_attributes(const std::optional<std::string>& select, const Table& table,
                                    const Index* index,
                                    const std::optional<expression::Projection>& projection) {
  Selection out;
  out.count_only = select == "COUNT";
  if (index == nullptr || index->projection == ProjectionKind::kAll) return out;
  if (select == "ALL_ATTRIBUTES") {
    if (index->global) {
      return errors::invalid_parameter(
          fmt::format("Select type ALL_ATTRIBUTES is not supported for global secondary index {} "
                      "because its projection type is not ALL",
                      index->name));
    }
    out.fetch_items = true;
  }
  if (projection) {
    const auto missing = not_projected(table, *index, *projection);
    if (missing.empty()) return out;
    if (index->global) {
      return errors::invalid_parameter(
          fmt::format("Global secondary index {} does not project [{}]", index->name,
                      fmt::join(missing, ", ")));
    }
    out.fetch_items = true;
  }
  return out;
}

Result<std::optional<Item>> read_start_key(const std::optional<Item>& given, Layer layer) {
  if (!given) return std::optional<Item>{};
  auto key = normalized(*given, layer);
  if (key.ok()) return std::optional<Item>{std::move(*key)};
  const auto& message = key.error().message;
  if (is_bare(message)) return std::move(key).error();
  return invalid_start(message);
}

Result<void> check_start_names(const Table& table, const Index* index, const Item& key, bool scan) {
  std::size_t names = table.key.attributes.size();
  if (index != nullptr) {
    for (const auto& attribute : index->key.attributes) {
      if (!table.key.has(attribute.name)) ++names;
    }
  }
  const bool scans_table = scan && index == nullptr;
  if (key.size() != names) {
    return scans_table ? invalid_start("The provided key element does not match the schema")
                       : invalid_start();
  }
  // Scanning a table, its key is looked at as a whole (start_row).
  if (scans_table) return {};
  const auto& schema = index == nullptr ? table.key : index->key;
  for (std::size_t i = 0; i < schema.attributes.size(); ++i) {
    const auto& attribute = schema.attributes[i];
    const auto* value = find(key, attribute.name);
    if (value == nullptr) return invalid_start();
    CUMULITE_TRY(check_key_attribute(attribute, *value, i < schema.hash_count));
  }
  return {};
}

Result<std::string> start_row(const Table& table, const Index* index, const Item& key) {
  if (auto checked = check_key(table, key_of(table, key)); !checked.ok()) {
    return invalid_start(checked.error().message);
  }
  if (index == nullptr) return keys::item_row(table, key);
  auto row = keys::index_row(table, *index, key);
  if (!row) return invalid_start();
  return std::move(*row);
}

}  // namespace cumulite::dynamodb
