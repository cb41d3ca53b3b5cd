#pragma once

#include <utility>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/write_plan.h"

/// What PutItem and DeleteItem have alike: a condition in either style, and the item that was there
/// as the only thing to return.
namespace cumulite::dynamodb {

template <class In>
Result<void> check_condition_style(const In& in) {
  return check_styles({{"ConditionExpression", in.ConditionExpression.has_value()}},
                      {{"Expected", in.Expected.has_value()},
                       {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                      in.ExpressionAttributeNames.has_value(),
                      in.ExpressionAttributeValues.has_value());
}

template <class In>
Result<void> check_returns_old(const In& in) {
  if (in.ReturnValues && in.ReturnValues != "ALL_OLD" && in.ReturnValues != "NONE") {
    return errors::validation("ReturnValues can only be ALL_OLD or NONE");
  }
  return {};
}

/// Binds the request's condition to the plan, runs it and fills the output.
template <class Out, class In>
Result<Out> run_conditional_write(Context& ctx, const In& in, WritePlan plan) {
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
  Out out;
  if (returns_old && outcome.change.before) out.Attributes = std::move(outcome.change.before);
  out.ConsumedCapacity = write_capacity(in.ReturnConsumedCapacity, *outcome.table, outcome.units);
  out.ItemCollectionMetrics =
      collection_metrics(ctx.env.store, in.ReturnItemCollectionMetrics, *outcome.table, plan.item);
  return out;
}

}  // namespace cumulite::dynamodb
