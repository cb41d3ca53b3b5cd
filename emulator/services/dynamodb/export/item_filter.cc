#include "emulator/services/dynamodb/export/item_filter.h"

#include <algorithm>

#include "emulator/services/dynamodb/expression/evaluate.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {

Result<std::unique_ptr<ItemFilter>> ItemFilter::make(
    const std::optional<api::FilterSpecification>& specification, const Table& table) {
  if (!specification) return std::unique_ptr<ItemFilter>{};
  std::unique_ptr<ItemFilter> out(new ItemFilter);
  out->key_ = table.key;
  CUMULITE_ASSIGN(out->placeholders_,
                  expression::Placeholders::make(specification->ExpressionAttributeNames,
                                                 specification->ExpressionAttributeValues));
  if (specification->KeyConditionExpression) {
    CUMULITE_ASSIGN(auto bound, expression::bind_condition("KeyConditionExpression",
                                                           *specification->KeyConditionExpression,
                                                           out->placeholders_));
    CUMULITE_ASSIGN(out->key_tests_, expression::read_key_condition(std::move(bound)));
    CUMULITE_ASSIGN(auto range,
                    expression::resolve_key_range(*out->key_tests_, table.key, table.row_prefix));
    out->partition_ = std::move(range.partition);
  }
  if (specification->FilterExpression) {
    CUMULITE_ASSIGN(out->condition_,
                    expression::bind_condition("FilterExpression", *specification->FilterExpression,
                                               out->placeholders_));
  }
  CUMULITE_ASSIGN(out->projection_, bind_projection_parameters(specification->ProjectionExpression,
                                                               std::nullopt, out->placeholders_));
  CUMULITE_TRY(out->placeholders_.check_all_used());
  return out;
}

bool ItemFilter::matches(const Item& item) const {
  if (key_tests_) {
    const bool in_partition =
        std::all_of(partition_.begin(), partition_.end(), [&](const auto& attribute) {
          const auto* value = find(item, attribute.first);
          return value != nullptr && equal(*value, attribute.second);
        });
    if (!in_partition || !expression::satisfies(*key_tests_, key_, item)) return false;
  }
  return !condition_ || expression::matches(*condition_, item);
}

Item ItemFilter::project(Item item) const {
  return projection_ ? projection_->apply(std::move(item)) : item;
}

}  // namespace cumulite::dynamodb
