#include <algorithm>
#include <array>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/expression/update_charge.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/validation_layer.h"
#include "emulator/services/dynamodb/request/write_plan.h"

namespace cumulite::dynamodb {
namespace {

/// Where an update is sized by the finished item alone: a recording of 33 Regions of September
/// 2026.
constexpr std::array<std::string_view, 10> kSizedByItem = {
    "ap-south-2", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "eu-central-2",
    "eu-south-1", "eu-south-2",     "eu-west-1",      "me-central-1", "us-east-2"};

/// What the request alone makes too large, even if it leaves the item small.
Result<void> check_statement_size(const Context& ctx, const WritePlan& plan) {
  if (!plan.update || expression::update_charge(*plan.update) <= kItemBytesMax) return {};
  const auto& region = ctx.caller.region;
  if (std::find(kSizedByItem.begin(), kSizedByItem.end(), region) != kSizedByItem.end()) return {};
  return errors::updated_item_too_large();
}

/// Binds update and condition in whichever style the request has them.
Result<void> bind_parameters(const api::UpdateItemInput& in, Layer layer,
                             expression::Placeholders& placeholders, WritePlan& plan) {
  if (in.AttributeUpdates) {
    CUMULITE_ASSIGN(plan.update, expression::bind_attribute_updates(*in.AttributeUpdates, layer));
  }
  CUMULITE_ASSIGN(plan.condition,
                  expression::bind_expected(in.Expected, in.ConditionalOperator, layer));
  CUMULITE_ASSIGN(placeholders,
                  expression::Placeholders::make(in.ExpressionAttributeNames,
                                                 in.ExpressionAttributeValues, layer));
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

/// What of the request can be checked without its table.
Result<void> bind(const api::UpdateItemInput& in, Layer layer,
                  expression::Placeholders& placeholders, WritePlan& plan) {
  CUMULITE_TRY(check_styles({{"UpdateExpression", in.UpdateExpression.has_value()},
                             {"ConditionExpression", in.ConditionExpression.has_value()}},
                            {{"AttributeUpdates", in.AttributeUpdates.has_value()},
                             {"Expected", in.Expected.has_value()},
                             {"ConditionalOperator", in.ConditionalOperator.has_value()}},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  CUMULITE_ASSIGN(plan.item, normalized(*in.Key, layer));
  return bind_parameters(in, layer, placeholders, plan);
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
  const Layer layer = layer_of(ctx);
  WritePlan plan;
  plan.kind = WritePlan::Kind::kUpdate;
  expression::Placeholders placeholders;
  auto checked = bind(in, layer, placeholders, plan);
  if (!checked.ok()) return refused_request(std::move(checked).error(), layer);
  CUMULITE_TRY(check_statement_size(ctx, plan));
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
