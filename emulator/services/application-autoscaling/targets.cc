#include "emulator/services/application-autoscaling/dimension.h"
#include "emulator/services/application-autoscaling/operations.h"
#include "emulator/services/dynamodb/service.h"

namespace cumulite::application_autoscaling {
namespace {

/// What belongs to DynamoDB is looked for; the other namespaces' services are not asked.
Result<void> check_exists(const Context& ctx, const TargetName& name) {
  if (name.service != "dynamodb") return {};
  Service* const tables = ctx.env.services.find("dynamodb");
  if (tables == nullptr) return {};
  const auto index = name.resource.find("/index/");
  if (!dynamodb::has_table(*tables, ctx.arn("dynamodb", name.resource.substr(0, index)))) {
    return errors::no_such_resource("table", name.resource);
  }
  if (index != std::string::npos &&
      !dynamodb::has_table(*tables, ctx.arn("dynamodb", name.resource))) {
    return errors::no_such_resource("index", name.resource);
  }
  return {};
}

/// What a target that was not there yet needs. A role that is given counts only where there is no
/// service-linked one.
Result<void> complete(const api::RegisterScalableTargetRequest& req, const TargetName& name,
                      storage::Txn& txn) {
  if (!req.MinCapacity || !req.MaxCapacity) return errors::capacities_missing();
  if (!req.RoleARN && linked_role_arn(name.account, name.service).empty()) {
    return errors::validation("A role ARN is required for service namespace " + name.service);
  }
  const std::size_t most = targets_max(name.service);
  const TargetName all = {name.account, name.region, name.service, {}, {}};
  if (count_rows(txn, keys::listed('t', all), most) == most) {
    return errors::limit_exceeded("scalable targets for service namespace " + name.service, most);
  }
  return {};
}

void suspend(const api::SuspendedState& asked, api::SuspendedState& state) {
  const auto set = [](const std::optional<bool>& from, std::optional<bool>& to) {
    if (from) to = from;
  };
  set(asked.DynamicScalingInSuspended, state.DynamicScalingInSuspended);
  set(asked.DynamicScalingOutSuspended, state.DynamicScalingOutSuspended);
  set(asked.ScheduledScalingSuspended, state.ScheduledScalingSuspended);
}

/// What the request says of a target that is there; what it does not say stays.
Result<void> apply(const api::RegisterScalableTargetRequest& req, const TargetName& name,
                   Target& target) {
  api::ScalableTarget& shown = target.shown;
  if (req.MinCapacity) shown.MinCapacity = req.MinCapacity;
  if (req.MaxCapacity) shown.MaxCapacity = req.MaxCapacity;
  CUMULITE_TRY(check_capacities(shown.MinCapacity, shown.MaxCapacity, name.service));
  if (req.SuspendedState) suspend(*req.SuspendedState, *shown.SuspendedState);
  if (req.RoleARN && linked_role_arn(name.account, name.service).empty()) {
    shown.RoleARN = req.RoleARN;
  }
  if (!req.Tags) return {};
  CUMULITE_ASSIGN(const bool fits, merge_tags(*req.Tags, target));
  if (!fits) return errors::validation("A scalable target can have at most 50 tags");
  return {};
}

Result<api::RegisterScalableTargetResponse> register_scalable_target(
    Context& ctx, const api::RegisterScalableTargetRequest& req) {
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  CUMULITE_TRY(check_exists(ctx, name));
  const Target fresh = make_target(name, ctx.now_ms);
  return ctx.env.store.transact(
      scaling_domains(name.account, name.region),
      [&](storage::Txn& txn) -> Result<api::RegisterScalableTargetResponse> {
        auto target = load_target(txn, name);
        if (!target) {
          CUMULITE_TRY(complete(req, name, txn));
          target = fresh;
        }
        CUMULITE_TRY(apply(req, name, *target));
        store_target(txn, name, *target);
        return api::RegisterScalableTargetResponse{target->shown.ScalableTargetARN};
      });
}

Result<api::DescribeScalableTargetsResponse> describe_scalable_targets(
    Context& ctx, const api::DescribeScalableTargetsRequest& req) {
  // One resource is a place in the order of the keys; of several each target is looked at.
  const auto& asked = req.ResourceIds;
  std::optional<std::string> resource;
  if (asked && !asked->empty()) resource = asked->size() == 1 ? asked->front() : std::string();
  CUMULITE_ASSIGN(auto page, list_rows(ctx,
                                       {'t', *req.ServiceNamespace, resource, req.ScalableDimension,
                                        req.MaxResults, req.NextToken},
                                       [&](const storage::KeyValue& row) {
                                         const Target target = decode_target(row.value);
                                         if (asked && !asked->empty() &&
                                             !is_asked(asked, target.shown.ResourceId)) {
                                           return false;
                                         }
                                         return !req.ScalableDimension ||
                                                target.shown.ScalableDimension ==
                                                    req.ScalableDimension;
                                       }));
  api::DescribeScalableTargetsResponse answer;
  answer.ScalableTargets.emplace();
  for (const auto& row : page.rows) {
    answer.ScalableTargets->push_back(decode_target(row.value).shown);
  }
  answer.NextToken = std::move(page.next_token);
  return answer;
}

Result<api::DeregisterScalableTargetResponse> deregister_scalable_target(
    Context& ctx, const api::DeregisterScalableTargetRequest& req) {
  CUMULITE_ASSIGN(const TargetName name, asked_target(ctx, *req.ServiceNamespace, *req.ResourceId,
                                                      *req.ScalableDimension));
  CUMULITE_TRY(ctx.env.store.transact(scaling_domains(name.account, name.region),
                                      [&](storage::Txn& txn) -> Result<void> {
                                        const auto target = load_target(txn, name);
                                        if (!target) return errors::target_not_found(name);
                                        erase_target(txn, name, *target);
                                        return {};
                                      }));
  return api::DeregisterScalableTargetResponse{};
}

}  // namespace

std::span<const OperationRow> target_rows() {
  static const OperationRow rows[] = {
      row<api::op::DeregisterScalableTarget, &deregister_scalable_target>(),
      row<api::op::DescribeScalableTargets, &describe_scalable_targets>(),
      row<api::op::RegisterScalableTarget, &register_scalable_target>(),
  };
  return rows;
}

}  // namespace cumulite::application_autoscaling
