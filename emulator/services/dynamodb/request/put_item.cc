#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/write_plan.h"

namespace cumulite::dynamodb {

Result<api::PutItemOutput> put_item(Context& ctx, const api::PutItemInput& in) {
  CUMULITE_TRY(check_styles({{"ConditionExpression", in.ConditionExpression.has_value()}},
                            {{"Expected", in.Expected.has_value()},
                             {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  WritePlan plan;
  plan.kind = WritePlan::Kind::kPut;
  CUMULITE_ASSIGN(plan.item, normalized(*in.Item));
  CUMULITE_TRY(check_attribute_names(plan.item));
  if (in.ReturnValues && in.ReturnValues != "ALL_OLD" && in.ReturnValues != "NONE") {
    return errors::validation("ReturnValues can only be ALL_OLD or NONE");
  }
  if (size_bytes(plan.item) > kItemBytesMax) return errors::item_too_large();
  CUMULITE_ASSIGN(plan.condition, expression::bind_expected(in.Expected, in.ConditionalOperator));
  CUMULITE_ASSIGN(auto placeholders, expression::Placeholders::make(in.ExpressionAttributeNames,
                                                                    in.ExpressionAttributeValues));
  if (in.ConditionExpression) {
    CUMULITE_ASSIGN(
        plan.condition,
        expression::bind_condition("ConditionExpression", *in.ConditionExpression, placeholders));
  }
  CUMULITE_TRY(placeholders.check_all_used());
  plan.item_on_failure = in.ReturnValuesOnConditionCheckFailure == "ALL_OLD";

  const bool returns_old = in.ReturnValues == "ALL_OLD";
  CUMULITE_ASSIGN(auto outcome, run_plan(ctx, *in.TableName, plan, returns_old));
  api::PutItemOutput out;
  if (returns_old && outcome.change.before) out.Attributes = std::move(outcome.change.before);
  out.ConsumedCapacity = write_capacity(in.ReturnConsumedCapacity, *outcome.table, outcome.units);
  out.ItemCollectionMetrics =
      collection_metrics(in.ReturnItemCollectionMetrics, *outcome.table, plan.item);
  return out;
}

}  // namespace cumulite::dynamodb
