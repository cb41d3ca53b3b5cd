#include "emulator/services/dynamodb/partiql/select.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/partiql/page_token.h"
#include "emulator/services/dynamodb/request/read_page.h"

namespace cumulite::dynamodb::partiql {
namespace {

/// A page's limit of 1 MB in units of a strongly consistent read, for reads of several ranges.
constexpr double kPageUnitsMax = 256;

/// Which way the rows are read.
struct Order {
  bool given = false;
  bool reverse = false;
  std::optional<bool> partitions_descend = {};
};

Result<Order> read_order(const BoundStatement& bound, const KeySchema& schema,
                         const AccessPath& path) {
  Order out;
  const auto& terms = bound.statement.order;
  if (terms.empty()) return out;
  out.given = true;
  if (!bound.where) {
    return errors::validation(
        "Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  // Ordered by the partition key alone, the service reads each partition backwards.
  out.reverse = true;
  for (const auto& term : terms) {
    const auto& node = term.expression;
    const bool name = node.kind == Node::Kind::kPath && node.path.size() == 1;
    if (!name || !schema.has(node.path.front().name)) {
      return errors::validation(
          fmt::format("Attribute {} in ORDER BY clause must be part of the primary key",
                      name ? node.path.front().name : std::string{}));
    }
    if (node.path.front().name == schema.hash().name) {
      out.partitions_descend = term.descending;
    } else {
      out.reverse = term.descending;
    }
  }
  if (!path.keyed) {
    return errors::validation(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
        "BY clause.");
  }
  if (path.partitions > 1 && !out.partitions_descend) {
    return errors::validation(
        "Must have hash key in ORDER BY clause when more than one hash key condition specified in "
        "WHERE clause.");
  }
  return out;
}

void sort_ranges(const Order& order, std::vector<RowRange>& ranges) {
  std::stable_sort(ranges.begin(), ranges.end(), [&](const RowRange& a, const RowRange& b) {
    if (a.partition == nullptr || b.partition == nullptr) return false;
    const int relation = compare_scalars(*a.partition, *b.partition);
    if (relation == 0) return order.reverse ? b.from < a.from : a.from < b.from;
    return order.partitions_descend.value_or(false) ? relation > 0 : relation < 0;
  });
}

/// What the columns need of a row, and whether the index has it.
Result<bool> fetches_items(const Table& table, const Index* index, const Columns& columns) {
  if (index == nullptr || columns.all) return false;
  std::vector<std::string_view> missing;
  for (const auto name : columns.attributes()) {
    if (!index->projects(name, table.key)) missing.push_back(name);
  }
  if (missing.empty() || !index->global) return !missing.empty();
  return errors::invalid_parameter(fmt::format("Global secondary index {} does not project [{}]",
                                               index->name, fmt::join(missing, ", ")));
}

/// Reads the ranges one after the other until the page is full.
class PageRun {
 public:
  PageRun(Context& ctx, PageRequest request, const std::vector<RowRange>& ranges)
      : ctx_(ctx), request_(std::move(request)), ranges_(ranges) {}

  Result<void> start_at(const PagePosition& position) {
    const auto& row = position.row;
    const bool inside =
        position.range < ranges_.size() &&
        (row.empty() || (row >= ranges_[position.range].from &&
                         (ranges_[position.range].to.empty() || row < ranges_[position.range].to)));
    if (!inside) return errors::validation("NextToken does not match request");
    at_ = position;
    return {};
  }

  Result<void> run() {
    while (at_.range < ranges_.size() && !full()) {
      CUMULITE_TRY(read_range());
      if (page.last_key) return {};
      ++at_.range;
      at_.row.clear();
    }
    // Stopped between two ranges.
    if (at_.range < ranges_.size()) next = at_;
    return {};
  }

  ReadPage page = {};
  std::optional<PagePosition> next = {};

 private:
  bool full() const {
    const bool limited =
        request_.limit && static_cast<std::size_t>(page.scanned) >= *request_.limit;
    const double units = (page.table_units + page.index_units) * (request_.consistent ? 1 : 2);
    return limited || units >= kPageUnitsMax;
  }

  Result<void> read_range() {
    PageRequest request = request_;
    const auto& range = ranges_[at_.range];
    request.from = range.from;
    request.to = range.to;
    if (!at_.row.empty()) {
      (request.reverse ? request.to : request.from) = request.reverse ? at_.row : at_.row + '\0';
    }
    if (request.limit) *request.limit -= static_cast<std::size_t>(page.scanned);
    CUMULITE_ASSIGN(ReadPage part, read_throttled_page(ctx_, request));
    std::move(part.items.begin(), part.items.end(), std::back_inserter(page.items));
    page.scanned += part.scanned;
    page.table_units += part.table_units;
    page.index_units += part.index_units;
    page.last_key = std::move(part.last_key);
    if (!page.last_key) return {};
    const Table& table = *request.table;
    const auto row = request.index == nullptr
                         ? keys::item_row(table, *page.last_key)
                         : keys::index_row(table, *request.index, *page.last_key).value_or("");
    next = PagePosition{at_.range, row};
    return {};
  }

  Context& ctx_;
  PageRequest request_;
  const std::vector<RowRange>& ranges_;
  PagePosition at_;
};

}  // namespace

Result<api::ExecuteStatementOutput> run_select(Context& ctx, const api::ExecuteStatementInput& in,
                                               const BoundStatement& bound) {
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, bound.table()));
  const Table& table = *ref.table;
  PageRequest request;
  request.table = &table;
  CUMULITE_ASSIGN(request.index, find_source(table, bound));
  request.consistent = in.ConsistentRead.value_or(false);
  if (request.index != nullptr && request.index->global && request.consistent) {
    return errors::validation(
        "Strongly consistent read is not supported on Global Secondary Indexes");
  }
  CUMULITE_ASSIGN(const auto columns, bind_columns(bound.statement.columns));
  request.filter = bound.where ? &*bound.where : nullptr;
  CUMULITE_ASSIGN(AccessPath path, find_access_path(table, request.index, request.filter));
  const KeySchema& schema = request.index == nullptr ? table.key : request.index->key;
  CUMULITE_ASSIGN(const Order order, read_order(bound, schema, path));
  CUMULITE_ASSIGN(request.fetch_items, fetches_items(table, request.index, *columns));
  request.reverse = order.reverse;
  if (order.given) sort_ranges(order, path.ranges);
  // Without a key it is a scan, and costs what a scan costs.
  if (!path.keyed) request.partitions = scanned_partitions(table, request.index);
  if (in.Limit) request.limit = static_cast<std::size_t>(*in.Limit);

  PageRun run(ctx, request, path.ranges);
  const std::string digest = statement_digest(in);
  if (in.NextToken) {
    CUMULITE_ASSIGN(const auto position, decode_token(digest, *in.NextToken));
    CUMULITE_TRY(run.start_at(position));
  }
  CUMULITE_TRY(run.run());
  api::ExecuteStatementOutput out;
  out.Items.emplace();
  for (auto& item : run.page.items) out.Items->push_back(columns->select(std::move(item)));
  if (run.next) out.NextToken = encode_token(digest, *run.next);
  out.LastEvaluatedKey = std::move(run.page.last_key);
  // A read that finds nothing to read still costs the least.
  if (path.ranges.empty()) run.page.table_units = read_units(0, request.consistent);
  out.ConsumedCapacity = read_capacity(in.ReturnConsumedCapacity, table, request.index,
                                       run.page.table_units, run.page.index_units);
  return out;
}

Result<std::optional<Item>> select_key(const Table& table, const BoundStatement& bound) {
  const auto* where = bound.where ? &*bound.where : nullptr;
  auto split = split_key(table.key, where, true);
  if (split.complete && !split.conflict && !split.rest) {
    return std::optional<Item>{std::move(split.key)};
  }
  CUMULITE_ASSIGN(const auto path, find_access_path(table, nullptr, where));
  (void)path;
  return std::optional<Item>{};
}

}  // namespace cumulite::dynamodb::partiql
