#include "emulator/core/helper_spaces.h"
#include "emulator/services/application-autoscaling/dimension.h"
#include "emulator/services/application-autoscaling/operations.h"
#include "emulator/services/application-autoscaling/schedule.h"

namespace cumulite::application_autoscaling {
namespace {

constexpr std::size_t kActionsMax = 200;

api::ScheduledAction make_action(const TargetName& name, const Target& target,
                                 const std::string& action, std::int64_t now_ms) {
  api::ScheduledAction made;
  made.ScheduledActionName = action;
  made.ScheduledActionARN =
      part_arn(name, target, "scheduledAction", "scheduledActionName", action);
  made.ServiceNamespace = name.service;
  made.ResourceId = name.resource;
  made.ScalableDimension = name.dimension;
  made.CreationTime = model::Timestamp{now_ms};
  return made;
}

/// What the request says; start and end go where it does not name them, the rest stays.
void apply_action(const api::PutScheduledActionRequest& req, api::ScheduledAction& action) {
  if (req.Schedule) action.Schedule = req.Schedule;
  if (req.Timezone) action.Timezone = req.Timezone;
  if (req.ScalableTargetAction) action.ScalableTargetAction = req.ScalableTargetAction;
  action.StartTime = req.StartTime;
  action.EndTime = req.EndTime;
}

Result<void> check_action(const api::ScheduledAction& action, std::string_view service) {
  if (!action.Schedule) return errors::constraint({}, "schedule", "Member must not be null");
  if (!is_schedule(*action.Schedule)) return errors::invalid_schedule();
  if (action.Timezone && !is_time_zone(*action.Timezone)) {
    return errors::validation("Invalid time zone: " + *action.Timezone);
  }
  const auto capacities = action.ScalableTargetAction.value_or(api::ScalableTargetAction{});
  if (!capacities.MinCapacity && !capacities.MaxCapacity) return errors::no_capacity_in_action();
  CUMULITE_TRY(check_capacities(capacities.MinCapacity, capacities.MaxCapacity, service));
  if (action.StartTime && action.EndTime && action.EndTime->ms <= action.StartTime->ms) {
    return errors::validation("The end time must be after the start time");
  }
  return {};
}

Result<api::PutScheduledActionResponse> put_scheduled_action(
    Context& ctx, const api::PutScheduledActionRequest& req) {
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  return ctx.env.store.transact(
      scaling_domains(name.account, name.region),
      [&](storage::Txn& txn) -> Result<api::PutScheduledActionResponse> {
        const auto target = load_target(txn, name);
        if (!target) return errors::not_registered(name);
        auto action = load_action(txn, name, *req.ScheduledActionName);
        if (!action) {
          if (count_rows(txn, keys::actions(name), kActionsMax) == kActionsMax) {
            return errors::limit_exceeded("scheduled actions for a scalable target", kActionsMax);
          }
          action = make_action(name, *target, *req.ScheduledActionName, ctx.now_ms);
        }
        apply_action(req, *action);
        CUMULITE_TRY(check_action(*action, name.service));
        txn.put(spaces::kApplicationAutoScaling, keys::actions(name) + *req.ScheduledActionName,
                encode_action(*action));
        return api::PutScheduledActionResponse{};
      });
}

Result<api::DescribeScheduledActionsResponse> describe_scheduled_actions(
    Context& ctx, const api::DescribeScheduledActionsRequest& req) {
  CUMULITE_ASSIGN(auto page, list_rows(ctx,
                                       {'s', *req.ServiceNamespace, req.ResourceId,
                                        req.ScalableDimension, req.MaxResults, req.NextToken},
                                       [&](const storage::KeyValue& row) {
                                         return is_asked(
                                             req.ScheduledActionNames,
                                             decode_action(row.value).ScheduledActionName);
                                       }));
  api::DescribeScheduledActionsResponse answer;
  answer.ScheduledActions.emplace();
  for (const auto& row : page.rows) answer.ScheduledActions->push_back(decode_action(row.value));
  answer.NextToken = std::move(page.next_token);
  return answer;
}

Result<api::DeleteScheduledActionResponse> delete_scheduled_action(
    Context& ctx, const api::DeleteScheduledActionRequest& req) {
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  CUMULITE_TRY(ctx.env.store.transact(
      scaling_domains(name.account, name.region), [&](storage::Txn& txn) -> Result<void> {
        if (!load_action(txn, name, *req.ScheduledActionName)) {
          return errors::action_not_found(name, *req.ScheduledActionName);
        }
        txn.del(spaces::kApplicationAutoScaling, keys::actions(name) + *req.ScheduledActionName);
        return {};
      }));
  return api::DeleteScheduledActionResponse{};
}

}  // namespace

std::span<const OperationRow> scheduled_action_rows() {
  static const OperationRow rows[] = {
      row<api::op::DeleteScheduledAction, &delete_scheduled_action>(),
      row<api::op::DescribeScheduledActions, &describe_scheduled_actions>(),
      row<api::op::PutScheduledAction, &put_scheduled_action>(),
  };
  return rows;
}

}  // namespace cumulite::application_autoscaling
