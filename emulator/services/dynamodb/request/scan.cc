#include <fmt/format.h>

#include "emulator/services/dynamodb/request/bound_read.h"
#include "emulator/services/dynamodb/request/query_operations.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

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

Result<void> bind(const api::ScanInput& in, BoundRead& out) {
  CUMULITE_TRY(check_styles({{"ProjectionExpression", in.ProjectionExpression.has_value()},
                             {"FilterExpression", in.FilterExpression.has_value()}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()},
                             {"ScanFilter", in.ScanFilter.has_value()},
                             {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  CUMULITE_TRY(bind_projection_parameters({}, in.AttributesToGet, out.placeholders));
  if (in.ScanFilter || in.ConditionalOperator) {
    CUMULITE_ASSIGN(out.filter,
                    expression::bind_filter(in.ScanFilter, in.ConditionalOperator, Layer::kOlder));
  }
  CUMULITE_TRY(check_select(in));
  CUMULITE_ASSIGN(out.start_key, read_start_key(in.ExclusiveStartKey, Layer::kOlder));
  CUMULITE_TRY(check_segments(in));
  CUMULITE_ASSIGN(out.placeholders, expression::Placeholders::make(in.ExpressionAttributeNames,
                                                                   in.ExpressionAttributeValues));
  return bind_expressions(in, out);
}

Result<PageRequest> plan(const api::ScanInput& in, const BoundRead& bound, const Table& table) {
  CUMULITE_ASSIGN(PageRequest out, begin_page(in, table));
  if (bound.start_key) {
    CUMULITE_TRY(check_start_names(table, out.index, *bound.start_key, true));
  }
  CUMULITE_TRY(choose_attributes(in, bound, out));
  auto range = keys::segment(read_prefix(table, out.index),
                             static_cast<std::uint32_t>(in.Segment.value_or(0)),
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
  if (bound.projection) CUMULITE_TRY(check_projection_keys(table, *bound.projection));
  if (bound.filter) {
    CUMULITE_TRY(check_condition_keys(table, *bound.filter));
    out.filter = &*bound.filter;
  }
  out.partitions = scanned_partitions(table, out.index);
  return out;
}

}  // namespace

Result<api::ScanOutput> scan(Context& ctx, const api::ScanInput& in) {
  BoundRead bound;
  CUMULITE_TRY(bind(in, bound));
  const std::string_view index =
      in.IndexName ? std::string_view(*in.IndexName) : std::string_view();
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, *in.TableName, {.index = index}));
  CUMULITE_ASSIGN(const PageRequest request, plan(in, bound, *ref.table));
  CUMULITE_ASSIGN(auto page, read_throttled_page(ctx, request));
  return page_answer<api::ScanOutput>(in, request, std::move(page));
}

}  // namespace cumulite::dynamodb
