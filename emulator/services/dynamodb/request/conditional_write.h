#pragma once

#include <utility>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/validation_layer.h"
#include "emulator/services/dynamodb/request/write_plan.h"

/// What PutItem and DeleteItem have alike: a condition in either style, and the item that was there
/// as the only thing to return.
namespace cumulite::dynamodb {

/// What of a write can be checked without its table. The plan refers to the placeholders.
struct BoundWrite {
  WritePlan plan = {};
  expression::Placeholders placeholders = {};
};

template <class In>
Result<void> check_condition_style(const In& in) {
  return check_styles({{"ConditionExpression", in.ConditionExpression.has_value()}},
                      {{"Expected", in.Expected.has_value()},
                       {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                      in.ExpressionAttributeNames.has_value(),
                      in.ExpressionAttributeValues.has_value());
}

/// ReturnValues, and the request's condition.
template <class In>
Result<void> bind_conditional_write(const In& in, Layer layer, BoundWrite& out) {
  if (in.ReturnValues && in.ReturnValues != "ALL_OLD" && in.ReturnValues != "NONE") {
    return errors::validation("ReturnValues can only be ALL_OLD or NONE");
  }
  WritePlan& plan = out.plan;
  CUMULITE_ASSIGN(plan.condition,
                  expression::bind_expected(in.Expected, in.ConditionalOperator, layer));
  CUMULITE_ASSIGN(out.placeholders,
                  expression::Placeholders::make(in.ExpressionAttributeNames,
                                                 in.ExpressionAttributeValues, layer));
  if (in.ConditionExpression) {
    CUMULITE_ASSIGN(plan.condition,
                    expression::bind_condition("ConditionExpression", *in.ConditionExpression,
                                               out.placeholders));
  }
  CUMULITE_TRY(out.placeholders.check_all_used());
  plan.item_on_failure = in.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
  return {};
}

/// Runs the plan and fills the output.
template <class Out, class In>
Result<Out> run_conditional_write(Context& ctx, const In& in, const WritePlan& plan) {
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
