#include "emulator/services/application-autoscaling/table_scaling.h"

#include <algorithm>
#include <limits>

#include "emulator/services/application-autoscaling/dimension.h"
#include "emulator/services/application-autoscaling/errors.h"

namespace cumulite::application_autoscaling {
namespace {

std::string metric_type(const TargetName& name) {
  const bool writes = name.dimension.ends_with("WriteCapacityUnits");
  return writes ? "DynamoDBWriteCapacityUtilization" : "DynamoDBReadCapacityUtilization";
}

std::optional<std::int32_t> units(const std::optional<std::int64_t>& asked,
                                  const std::optional<std::int32_t>& present) {
  if (!asked) return present;
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(*asked, 0, kMost));
}

bool tracks_throughput(const api::ScalingPolicy& policy) {
  const auto& tracking = policy.TargetTrackingScalingPolicyConfiguration;
  return policy.PolicyType == kTargetTracking && tracking &&
         tracking->PredefinedMetricSpecification;
}

/// The policy that the call names; else the one that tracks the throughput already, or a new one
/// called as DynamoDB calls it.
std::string policy_name(const storage::Reader& reader, const ScalingChange& change) {
  if (change.asked.policy_name) return *change.asked.policy_name;
  for (const api::ScalingPolicy& policy : policies_of(reader, change.name)) {
    if (tracks_throughput(policy)) return *policy.PolicyName;
  }
  return metric_type(change.name) + ':' + change.name.resource;
}

/// One of another name is replaced by the call's.
void erase_others(storage::Txn& txn, const TargetName& name, const std::string& kept) {
  for (const api::ScalingPolicy& policy : policies_of(txn, name)) {
    if (policy.PolicyName != kept && tracks_throughput(policy)) {
      erase_policy(txn, name, *policy.PolicyName);
    }
  }
}

Result<void> put_policy(storage::Txn& txn, const ScalingChange& change, const Target& target) {
  const std::string called = policy_name(txn, change);
  auto policy = load_policy(txn, change.name, called);
  if (!policy) {
    const std::int64_t now_ms = change.fresh.shown.CreationTime->ms;
    policy = make_policy(change.name, target, called, now_ms);
  }
  policy->PolicyType = kTargetTracking;
  policy->TargetTrackingScalingPolicyConfiguration = change.asked.tracking;
  policy->TargetTrackingScalingPolicyConfiguration->PredefinedMetricSpecification =
      api::PredefinedMetricSpecification{metric_type(change.name), std::nullopt};
  CUMULITE_TRY(check_policy(change.name, *policy));
  erase_others(txn, change.name, called);
  attach_alarms(change.name, change.alarms, *policy);
  store_policy(txn, change.name, *policy);
  return {};
}

}  // namespace

TargetName Throughput::name() const {
  TargetName made = {account, region, "dynamodb", "table/" + table, {}};
  if (!index.empty()) made.resource += "/index/" + index;
  made.dimension = index.empty() ? "dynamodb:table:" : "dynamodb:index:";
  made.dimension += writes ? "WriteCapacityUnits" : "ReadCapacityUnits";
  return made;
}

std::optional<TableScaling> read_scaling(const storage::Reader& reader, const Throughput& of) {
  const TargetName name = of.name();
  auto target = load_target(reader, name);
  if (!target) return std::nullopt;
  TableScaling scaling{std::move(target->shown), policies_of(reader, name)};
  std::erase_if(scaling.policies,
                [](const auto& policy) { return policy.PolicyType != kTargetTracking; });
  if (scaling.policies.empty()) return std::nullopt;
  return scaling;
}

ScalingChange prepare_change(const Throughput& of, AskedScaling asked, std::int64_t now_ms) {
  const TargetName name = of.name();
  return {name, std::move(asked), make_target(name, now_ms), make_alarm_ids()};
}

Result<void> apply_change(storage::Txn& txn, const ScalingChange& change) {
  auto target = load_target(txn, change.name);
  if (change.asked.disabled) {
    if (target) erase_target(txn, change.name, *target);
    return {};
  }
  if (!target) target = change.fresh;
  api::ScalableTarget& shown = target->shown;
  shown.MinCapacity = units(change.asked.least, shown.MinCapacity);
  shown.MaxCapacity = units(change.asked.most, shown.MaxCapacity);
  if (!shown.MinCapacity || !shown.MaxCapacity) return errors::capacities_missing();
  CUMULITE_TRY(check_capacities(shown.MinCapacity, shown.MaxCapacity, change.name.service));
  store_target(txn, change.name, *target);
  if (!change.asked.tracking) return {};
  return put_policy(txn, change, *target);
}

}  // namespace cumulite::application_autoscaling
