#include <fmt/format.h>

#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/query_operations.h"
#include "emulator/services/dynamodb/request/read_page.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

/// A new table on demand has as many, which can be seen by what a scan of few items costs.
constexpr std::size_t kPartitionsOnDemand = 4;

struct BoundScan {
  expression::Placeholders placeholders = {};
  std::optional<expression::BoundCondition> filter = {};
  std::optional<expression::Projection> projection = {};
  std::optional<Item> start_key = {};
};

Result<void> check_segments(const api::ScanInput& in) {
  if (in.Segment && !in.TotalSegments) {
    return errors::validation(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (!in.Segment && in.TotalSegments) {
    return errors::validation(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (in.Segment && *in.Segment >= *in.TotalSegments) {
    return errors::validation(
        fmt::format("The Segment parameter is zero-based and must be less than parameter "
                    "TotalSegments: Segment: {} is not less than TotalSegments: {}",
                    *in.Segment, *in.TotalSegments));
  }
  return {};
}

Result<void> bind(const api::ScanInput& in, BoundScan& out) {
  CUMULITE_TRY(check_styles({{"ProjectionExpression", in.ProjectionExpression.has_value()},
                             {"FilterExpression", in.FilterExpression.has_value()}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()},
                             {"ScanFilter", in.ScanFilter.has_value()},
                             {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  CUMULITE_TRY(bind_projection_parameters({}, in.AttributesToGet, out.placeholders));
  if (in.ScanFilter || in.ConditionalOperator) {
    CUMULITE_ASSIGN(out.filter, expression::bind_filter(in.ScanFilter, in.ConditionalOperator));
  }
  CUMULITE_TRY(check_select(in.Select, in.ProjectionExpression.has_value(),
                            in.AttributesToGet.has_value(), in.IndexName.has_value()));
  CUMULITE_ASSIGN(out.start_key, read_start_key(in.ExclusiveStartKey));
  CUMULITE_TRY(check_segments(in));
  CUMULITE_ASSIGN(out.placeholders, expression::Placeholders::make(in.ExpressionAttributeNames,
                                                                   in.ExpressionAttributeValues));
  if (in.FilterExpression) {
    CUMULITE_ASSIGN(out.filter, expression::bind_condition("FilterExpression", *in.FilterExpression,
                                                           out.placeholders));
  }
  CUMULITE_ASSIGN(out.projection, bind_projection_parameters(in.ProjectionExpression,
                                                             in.AttributesToGet, out.placeholders));
  return out.placeholders.check_all_used();
}

Result<PageRequest> plan(const api::ScanInput& in, const BoundScan& bound, const Table& table) {
  PageRequest out;
  out.table = &table;
  out.consistent = in.ConsistentRead.value_or(false);
  if (in.IndexName) {
    CUMULITE_ASSIGN(out.index, find_readable_index(table, *in.IndexName));
    if (out.index->global && out.consistent) {
      return errors::validation("Consistent reads are not supported on global secondary indexes");
    }
  }
  if (bound.start_key) {
    CUMULITE_TRY(check_start_names(table, out.index, *bound.start_key, true));
  }
  CUMULITE_ASSIGN(const Selection selection,
                  select_attributes(in.Select, table, out.index, bound.projection));
  out.count_only = selection.count_only;
  out.fetch_items = selection.fetch_items;
  const std::string prefix =
      out.index == nullptr ? table.row_prefix : keys::index_prefix(table, *out.index);
  auto range = keys::segment(prefix, static_cast<std::uint32_t>(in.Segment.value_or(0)),
                             static_cast<std::uint32_t>(in.TotalSegments.value_or(1)));
  if (bound.start_key) {
    CUMULITE_ASSIGN(const std::string row, start_row(table, out.index, *bound.start_key));
    if (row < range.from || (!range.to.empty() && row >= range.to)) {
      return errors::validation(
          fmt::format("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                      "ExclusiveStartKey with correct Segment. TotalSegments: {} Segment: {}",
                      in.TotalSegments.value_or(1), in.Segment.value_or(0)));
    }
    range.from = row + '\0';
  }
  out.from = std::move(range.from);
  out.to = std::move(range.to);
  if (bound.projection) {
    CUMULITE_TRY(check_projection_keys(table, *bound.projection));
    out.projection = &*bound.projection;
  }
  if (bound.filter) {
    CUMULITE_TRY(check_condition_keys(table, *bound.filter));
    out.filter = &*bound.filter;
  }
  if (out.index == nullptr && table.on_demand()) out.partitions = kPartitionsOnDemand;
  if (in.Limit) out.limit = static_cast<std::size_t>(*in.Limit);
  return out;
}

}  // namespace

Result<api::ScanOutput> scan(Context& ctx, const api::ScanInput& in) {
  BoundScan bound;
  CUMULITE_TRY(bind(in, bound));
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, *in.TableName));
  CUMULITE_ASSIGN(const PageRequest request, plan(in, bound, *ref.table));
  CUMULITE_ASSIGN(auto page, read_throttled_page(ctx, request));
  return page_answer<api::ScanOutput>(in, request, std::move(page));
}

}  // namespace cumulite::dynamodb
