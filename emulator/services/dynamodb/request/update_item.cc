#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/write_plan.h"

namespace cumulite::dynamodb {
namespace {

/// Binds update and condition in whichever style the request has them.
Result<void> bind(const api::UpdateItemInput& in, expression::Placeholders& placeholders,
                  WritePlan& plan) {
  if (in.AttributeUpdates) {
    CUMULITE_ASSIGN(plan.update, expression::bind_attribute_updates(*in.AttributeUpdates));
  }
  CUMULITE_ASSIGN(plan.condition, expression::bind_expected(in.Expected, in.ConditionalOperator));
  CUMULITE_ASSIGN(placeholders, expression::Placeholders::make(in.ExpressionAttributeNames,
                                                               in.ExpressionAttributeValues));
  if (in.UpdateExpression) {
    CUMULITE_ASSIGN(plan.update, expression::bind_update(*in.UpdateExpression, placeholders));
  }
  if (in.ConditionExpression) {
    CUMULITE_ASSIGN(
        plan.condition,
        expression::bind_condition("ConditionExpression", *in.ConditionExpression, placeholders));
  }
  return placeholders.check_all_used();
}

/// Attributes as ReturnValues asks for them; an empty answer is no member at all.
std::optional<Item> returned_attributes(const std::optional<std::string>& wanted,
                                        const WritePlan& plan, Change& change) {
  std::optional<Item> out;
  if (wanted == "ALL_OLD" && change.existed) out = std::move(change.before);
  if (wanted == "ALL_NEW" && change.after) out = std::move(change.after);
  if (wanted == "UPDATED_OLD" && change.existed && plan.update) {
    out = updated_parts(*plan.update, *change.before);
  }
  if (wanted == "UPDATED_NEW" && change.after && plan.update) {
    out = updated_parts(*plan.update, *change.after);
  }
  if (out && out->empty()) out.reset();
  return out;
}

}  // namespace

Result<api::UpdateItemOutput> update_item(Context& ctx, const api::UpdateItemInput& in) {
  CUMULITE_TRY(check_styles({{"UpdateExpression", in.UpdateExpression.has_value()},
                             {"ConditionExpression", in.ConditionExpression.has_value()}},
                            {{"AttributeUpdates", in.AttributeUpdates.has_value()},
                             {"Expected", in.Expected.has_value()},
                             {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  WritePlan plan;
  plan.kind = WritePlan::Kind::kUpdate;
  CUMULITE_ASSIGN(plan.item, normalized(*in.Key));
  expression::Placeholders placeholders;
  CUMULITE_TRY(bind(in, placeholders, plan));
  plan.item_on_failure = in.ReturnValuesOnConditionCheckFailure == "ALL_OLD";

  CUMULITE_ASSIGN(auto outcome, run_plan(ctx, *in.TableName, plan, true));
  api::UpdateItemOutput out;
  out.Attributes = returned_attributes(in.ReturnValues, plan, outcome.change);
  out.ConsumedCapacity = write_capacity(in.ReturnConsumedCapacity, *outcome.table, outcome.units);
  out.ItemCollectionMetrics =
      collection_metrics(ctx.env.store, in.ReturnItemCollectionMetrics, *outcome.table, plan.item);
  return out;
}

}  // namespace cumulite::dynamodb
