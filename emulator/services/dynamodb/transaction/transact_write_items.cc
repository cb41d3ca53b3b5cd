#include <fmt/format.h>

#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/transaction/idempotency.h"
#include "emulator/services/dynamodb/transaction/transaction_capacity.h"
#include "emulator/services/dynamodb/transaction/transaction_operations.h"
#include "emulator/services/dynamodb/transaction/write_set.h"

namespace cumulite::dynamodb {
namespace {

/// What the four kinds of actions have in common.
template <class Action>
Result<void> bind_common(const Action& in, TransactionAction& out) {
  out.table_name = *in.TableName;
  auto& plan = out.plan;
  CUMULITE_ASSIGN(auto placeholders, expression::Placeholders::make(in.ExpressionAttributeNames,
                                                                    in.ExpressionAttributeValues));
  out.placeholders = std::make_unique<expression::Placeholders>(std::move(placeholders));
  if constexpr (requires { in.UpdateExpression; }) {
    CUMULITE_ASSIGN(plan.update, expression::bind_update(*in.UpdateExpression, *out.placeholders));
  }
  if (in.ConditionExpression) {
    CUMULITE_ASSIGN(plan.condition,
                    expression::bind_condition("ConditionExpression", *in.ConditionExpression,
                                               *out.placeholders));
  }
  plan.item_on_failure = in.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
  return out.placeholders->check_all_used();
}

Result<void> bind_put(const api::Put& in, TransactionAction& out) {
  out.plan.kind = WritePlan::Kind::kPut;
  CUMULITE_TRY(check_styles({{"ConditionExpression", in.ConditionExpression.has_value()}}, {},
                            in.ExpressionAttributeNames.has_value(),
                            in.ExpressionAttributeValues.has_value()));
  CUMULITE_TRY(bind_common(in, out));
  // A transaction says this in fewer words.
  if (find(*in.Item, "") != nullptr) return errors::validation("Empty attribute name");
  CUMULITE_ASSIGN(out.plan.item, normalized(*in.Item));
  CUMULITE_TRY(check_attribute_names(out.plan.item));
  if (size_bytes(out.plan.item) > kItemBytesMax) return errors::item_too_large();
  return {};
}

template <class Action>
Result<void> bind_keyed(const Action& in, WritePlan::Kind kind, TransactionAction& out) {
  out.plan.kind = kind;
  if constexpr (!requires { in.UpdateExpression; }) {
    CUMULITE_TRY(check_styles({{"ConditionExpression", in.ConditionExpression.has_value()}}, {},
                              in.ExpressionAttributeNames.has_value(),
                              in.ExpressionAttributeValues.has_value()));
  }
  CUMULITE_TRY(bind_common(in, out));
  CUMULITE_ASSIGN(out.plan.item, normalized(*in.Key));
  return {};
}

Result<void> bind(const api::TransactWriteItem& in, TransactionAction& out) {
  const int given =
      (in.ConditionCheck ? 1 : 0) + (in.Put ? 1 : 0) + (in.Delete ? 1 : 0) + (in.Update ? 1 : 0);
  if (given != 1) {
    return errors::validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (in.Put) return bind_put(*in.Put, out);
  if (in.Update) return bind_keyed(*in.Update, WritePlan::Kind::kUpdate, out);
  if (in.Delete) return bind_keyed(*in.Delete, WritePlan::Kind::kDelete, out);
  return bind_keyed(*in.ConditionCheck, WritePlan::Kind::kCheck, out);
}

void add_metrics(Context& ctx, const api::TransactWriteItemsInput& in, const WriteSet& set,
                 api::TransactWriteItemsOutput& out) {
  for (const auto& action : set.actions()) {
    auto metrics = collection_metrics(ctx.env.store, in.ReturnItemCollectionMetrics,
                                      *action.ref.table, action.plan.item);
    if (!metrics) continue;
    if (!out.ItemCollectionMetrics) out.ItemCollectionMetrics.emplace();
    auto& map = *out.ItemCollectionMetrics;
    auto same = std::find_if(map.begin(), map.end(), [&](const auto& entry) {
      return entry.first == action.ref.table->name();
    });
    if (same == map.end()) {
      map.emplace_back(action.ref.table->name(), std::vector<api::ItemCollectionMetrics>{});
      same = std::prev(map.end());
    }
    same->second.push_back(std::move(*metrics));
  }
}

}  // namespace

Result<api::TransactWriteItemsOutput> transact_write_items(Context& ctx,
                                                           const api::TransactWriteItemsInput& in) {
  WriteSet set(ctx);
  for (const auto& item : *in.TransactItems) CUMULITE_TRY(bind(item, set.add()));
  const std::string fingerprint =
      in.ClientRequestToken ? transaction_fingerprint(in) : std::string{};
  CUMULITE_ASSIGN(const auto outcome, run_once(ctx, set, in.ClientRequestToken, fingerprint));
  api::TransactWriteItemsOutput out;
  out.ConsumedCapacity = transaction_capacity(ctx, in.ReturnConsumedCapacity, set, outcome);
  if (!outcome.units.empty()) add_metrics(ctx, in, set, out);
  return out;
}

}  // namespace cumulite::dynamodb
