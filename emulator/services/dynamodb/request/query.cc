#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/expression/key_condition.h"
#include "emulator/services/dynamodb/request/bound_read.h"
#include "emulator/services/dynamodb/request/query_operations.h"
#include "emulator/services/dynamodb/request/validation_layer.h"

namespace cumulite::dynamodb {
namespace {

struct BoundQuery : BoundRead {
  expression::KeyTests key = {};
};

/// The key's condition is parsed before the other expressions, and judged after them.
Result<void> bind_key(const api::QueryInput& in, Layer layer, BoundQuery& out) {
  if (!in.KeyConditionExpression) {
    CUMULITE_TRY(bind_expressions(in, out));
    CUMULITE_ASSIGN(out.key, expression::read_key_conditions(*in.KeyConditions, layer));
    return {};
  }
  CUMULITE_ASSIGN(auto bound,
                  expression::bind_condition("KeyConditionExpression", *in.KeyConditionExpression,
                                             out.placeholders));
  CUMULITE_TRY(bind_expressions(in, out));
  CUMULITE_ASSIGN(out.key, expression::read_key_condition(std::move(bound)));
  return {};
}

Result<void> bind(const api::QueryInput& in, Layer layer, BoundQuery& out) {
  // KeyConditions goes with the expressions for filter and projection.
  const bool old_key = in.KeyConditions && in.KeyConditionExpression;
  CUMULITE_TRY(check_styles({{"ProjectionExpression", in.ProjectionExpression.has_value()},
                             {"FilterExpression", in.FilterExpression.has_value()},
                             {"KeyConditionExpression", in.KeyConditionExpression.has_value()}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()},
                             {"QueryFilter", in.QueryFilter.has_value()},
                             {"ConditionalOperator", in.ConditionalOperator.has_value()},
                             {"KeyConditions", old_key}},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  if (in.QueryFilter || in.ConditionalOperator) {
    CUMULITE_ASSIGN(out.filter,
                    expression::bind_filter(in.QueryFilter, in.ConditionalOperator, layer));
  }
  // Of what Query checks of its request, only this is counted as a validation error.
  auto select = check_select(in);
  if (!select.ok()) return refused_request(std::move(select).error(), layer);
  CUMULITE_TRY(bind_projection_parameters({}, in.AttributesToGet, out.placeholders));
  CUMULITE_ASSIGN(out.start_key, read_start_key(in.ExclusiveStartKey, layer));
  if (!in.KeyConditions && !in.KeyConditionExpression) {
    return errors::validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  CUMULITE_ASSIGN(out.placeholders,
                  expression::Placeholders::make(in.ExpressionAttributeNames,
                                                 in.ExpressionAttributeValues, layer));
  return bind_key(in, layer, out);
}

/// Filters see only what is not a key of the rows that are read.
Result<void> check_filter(const api::QueryInput& in, const KeySchema& schema,
                          const expression::BoundCondition& filter) {
  for (const auto& attribute : expression::top_attributes(filter.parsed->root, filter.binding)) {
    if (!schema.has(attribute.name)) continue;
    return errors::validation(
        fmt::format("{} can only contain non-primary key attributes: Primary key attribute: {}",
                    in.QueryFilter ? "QueryFilter" : "Filter Expression", attribute.name));
  }
  return {};
}

/// The start key lies in the partition and range that the conditions name.
Result<void> check_start(const BoundQuery& bound, const KeySchema& schema,
                         const expression::KeyRange& range) {
  const bool has_range_test = std::any_of(
      schema.attributes.begin() + static_cast<std::ptrdiff_t>(schema.hash_count),
      schema.attributes.end(),
      [&](const KeyAttribute& attribute) { return bound.key.find(attribute.name) != nullptr; });
  if (!expression::satisfies(bound.key, schema, *bound.start_key)) {
    return errors::validation("The provided starting key does not match the range key predicate");
  }
  for (const auto& [name, value] : range.partition) {
    const auto* started = find(*bound.start_key, name);
    if (started != nullptr && equal(*started, value)) continue;
    return errors::validation(
        has_range_test
            ? "The query can return at most one row and cannot be restarted"
            : "The provided starting key is outside query boundaries based on provided conditions");
  }
  return {};
}

/// Whether the partition that is read has one row, so that there is nothing to go on with.
bool reads_one_row(const Table& table, const Index* index) {
  return index == nullptr && table.key.attributes.size() == 1;
}

Error no_start_in_one_row(const Item& key) {
  const auto& [name, value] = key.front();
  return errors::validation(fmt::format(
      "The provided exclusive start key is invalid: ExclusiveStartKey: {{{}=AttributeValue: {}}}",
      name, render(value)));
}

Result<PageRequest> plan(const api::QueryInput& in, const BoundQuery& bound, const Table& table) {
  CUMULITE_ASSIGN(PageRequest out, begin_page(in, table));
  out.reverse = !in.ScanIndexForward.value_or(true);
  const KeySchema& schema = out.index == nullptr ? table.key : out.index->key;
  if (bound.start_key) {
    CUMULITE_TRY(check_start_names(table, out.index, *bound.start_key, false));
  }
  CUMULITE_ASSIGN(auto range,
                  expression::resolve_key_range(bound.key, schema, read_prefix(table, out.index)));
  out.from = std::move(range.from);
  out.to = std::move(range.to);
  if (bound.start_key) {
    CUMULITE_ASSIGN(const std::string row, start_row(table, out.index, *bound.start_key));
    CUMULITE_TRY(check_start(bound, schema, range));
    if (reads_one_row(table, out.index)) return no_start_in_one_row(*bound.start_key);
    (out.reverse ? out.to : out.from) = out.reverse ? row : row + '\0';
  }
  if (bound.projection) CUMULITE_TRY(check_projection_keys(table, *bound.projection));
  if (bound.filter) {
    CUMULITE_TRY(check_filter(in, schema, *bound.filter));
    out.filter = &*bound.filter;
  }
  CUMULITE_TRY(choose_attributes(in, bound, out));
  if (bound.filter) CUMULITE_TRY(check_condition_keys(table, *bound.filter));
  return out;
}

}  // namespace

Result<api::QueryOutput> query(Context& ctx, const api::QueryInput& in) {
  BoundQuery bound;
  CUMULITE_TRY(bind(in, layer_of(ctx), bound));
  const std::string_view index =
      in.IndexName ? std::string_view(*in.IndexName) : std::string_view();
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, *in.TableName, {.index = index}));
  CUMULITE_ASSIGN(const PageRequest request, plan(in, bound, *ref.table));
  CUMULITE_ASSIGN(auto page, read_throttled_page(ctx, request));
  if (reads_one_row(*ref.table, request.index)) page.last_key.reset();
  return page_answer<api::QueryOutput>(in, request, std::move(page));
}

}  // namespace cumulite::dynamodb
