#pragma once

#include <cstddef>
#include <optional>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/projection.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/read_page.h"

/// What Query and Scan make of the parameters that both have: `In` is the input of either. The
/// order in which each calls these is the order in which the service refuses.
namespace cumulite::dynamodb {

/// What can be checked without the table.
struct BoundRead {
  expression::Placeholders placeholders = {};
  std::optional<expression::BoundCondition> filter = {};
  std::optional<expression::Projection> projection = {};
  std::optional<Item> start_key = {};
};

/// Select against the other parameters.
template <class In>
Result<void> check_select(const In& in) {
  return check_select(in.Select, in.ProjectionExpression.has_value(),
                      in.AttributesToGet.has_value(), in.IndexName.has_value());
}

/// FilterExpression and what is projected, the last to use placeholders. Errors: syntax, and
/// placeholders that nothing used.
template <class In>
Result<void> bind_expressions(const In& in, BoundRead& out) {
  if (in.FilterExpression) {
    CUMULITE_ASSIGN(out.filter, expression::bind_condition("FilterExpression", *in.FilterExpression,
                                                           out.placeholders));
  }
  CUMULITE_ASSIGN(out.projection, bind_projection_parameters(in.ProjectionExpression,
                                                             in.AttributesToGet, out.placeholders));
  return out.placeholders.check_all_used();
}

/// A page of the table or index, with no rows chosen yet. Errors: an index that is unknown or not
/// ready, a consistent read of a global one.
template <class In>
Result<PageRequest> begin_page(const In& in, const Table& table) {
  PageRequest out;
  out.table = &table;
  out.consistent = in.ConsistentRead.value_or(false);
  if (in.Limit) out.limit = static_cast<std::size_t>(*in.Limit);
  if (in.IndexName) {
    CUMULITE_ASSIGN(out.index, find_readable_index(table, *in.IndexName));
    if (out.index->global && out.consistent) {
      return errors::validation("Consistent reads are not supported on global secondary indexes");
    }
  }
  return out;
}

/// What of each row is returned: Select, the projection and the index must agree.
template <class In>
Result<void> choose_attributes(const In& in, const BoundRead& bound, PageRequest& out) {
  CUMULITE_ASSIGN(const Selection selection,
                  select_attributes(in.Select, *out.table, out.index, bound.projection));
  out.count_only = selection.count_only;
  out.fetch_items = selection.fetch_items;
  if (bound.projection) out.projection = &*bound.projection;
  return {};
}

}  // namespace cumulite::dynamodb
