#include "emulator/services/dynamodb/global/auto_scaling.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/records/shape_codec.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/shapes.h"

namespace cumulite::dynamodb {
namespace {

using Description = api::TableAutoScalingDescription;
using Replica = api::ReplicaAutoScalingDescription;

const model::Shape& shape() {
  return output_shape(api::op::DescribeTableReplicaAutoScaling::info(),
                      "TableAutoScalingDescription");
}

template <class List, class Match>
auto* find_in(std::optional<List>& list, Match&& match) {
  using Element = typename List::value_type;
  if (!list) return static_cast<Element*>(nullptr);
  const auto found = std::find_if(list->begin(), list->end(), match);
  return found == list->end() ? nullptr : &*found;
}

Replica* find_replica(Description& description, const std::optional<std::string>& region) {
  return find_in(description.Replicas,
                 [&](const Replica& replica) { return replica.RegionName == region; });
}

/// The stored settings, with an entry for each region and index that the table has now.
Description read(const storage::Reader& reader, const Table& table) {
  Description stored;
  if (const auto row = get_companion(reader, table, Companion::kAutoScaling, {})) {
    decode_shape(shape(), *row, &stored);
  }
  Description out;
  out.TableName = table.name();
  out.TableStatus = table.description.TableStatus;
  std::vector<std::string> regions = {table.region};
  if (table.replicated()) {
    for (const auto& replica : *table.description.Replicas) regions.push_back(*replica.RegionName);
  }
  for (const auto& region : regions) {
    auto& replica =
        out.Replicas ? out.Replicas->emplace_back() : out.Replicas.emplace().emplace_back();
    if (const auto* known = find_replica(stored, region)) replica = *known;
    replica.RegionName = region;
    replica.ReplicaStatus = "ACTIVE";
    const auto settings = std::move(replica.GlobalSecondaryIndexes);
    replica.GlobalSecondaryIndexes.reset();
    for (const auto& index : table.indexes) {
      if (!index.global) continue;
      if (!replica.GlobalSecondaryIndexes) replica.GlobalSecondaryIndexes.emplace();
      auto& entry = replica.GlobalSecondaryIndexes->emplace_back();
      if (settings) {
        for (const auto& known : *settings) {
          if (known.IndexName == index.name) entry = known;
        }
      }
      entry.IndexName = index.name;
      entry.IndexStatus = "ACTIVE";
    }
  }
  return out;
}

Result<api::ReplicaGlobalSecondaryIndexAutoScalingDescription*> find_index(
    Replica& replica, const std::optional<std::string>& name) {
  auto* index = find_in(replica.GlobalSecondaryIndexes,
                        [&](const auto& entry) { return entry.IndexName == name; });
  if (index == nullptr) {
    return errors::not_found(
        fmt::format("Requested resource not found: Index: {} not found", name.value_or("")));
  }
  return index;
}

Result<void> apply_replica(const Context& ctx, const api::ReplicaAutoScalingUpdate& update,
                           Description& description) {
  auto* replica = find_replica(description, update.RegionName);
  if (replica == nullptr) {
    return errors::validation(
        fmt::format("The table has no replica in the Region {}", update.RegionName.value_or("")));
  }
  if (update.ReplicaProvisionedReadCapacityAutoScalingUpdate) {
    CUMULITE_ASSIGN(replica->ReplicaProvisionedReadCapacityAutoScalingSettings,
                    settings_of(ctx, *update.ReplicaProvisionedReadCapacityAutoScalingUpdate));
  }
  if (!update.ReplicaGlobalSecondaryIndexUpdates) return {};
  for (const auto& change : *update.ReplicaGlobalSecondaryIndexUpdates) {
    CUMULITE_ASSIGN(auto* index, find_index(*replica, change.IndexName));
    if (!change.ProvisionedReadCapacityAutoScalingUpdate) continue;
    CUMULITE_ASSIGN(index->ProvisionedReadCapacityAutoScalingSettings,
                    settings_of(ctx, *change.ProvisionedReadCapacityAutoScalingUpdate));
  }
  return {};
}

/// Write settings are the same in all regions.
Result<void> apply_writes(const Context& ctx, const api::UpdateTableReplicaAutoScalingInput& in,
                          Description& description) {
  for (auto& replica : *description.Replicas) {
    if (in.ProvisionedWriteCapacityAutoScalingUpdate) {
      CUMULITE_ASSIGN(replica.ReplicaProvisionedWriteCapacityAutoScalingSettings,
                      settings_of(ctx, *in.ProvisionedWriteCapacityAutoScalingUpdate));
    }
    if (!in.GlobalSecondaryIndexUpdates) continue;
    for (const auto& change : *in.GlobalSecondaryIndexUpdates) {
      CUMULITE_ASSIGN(auto* index, find_index(replica, change.IndexName));
      if (!change.ProvisionedWriteCapacityAutoScalingUpdate) continue;
      CUMULITE_ASSIGN(index->ProvisionedWriteCapacityAutoScalingSettings,
                      settings_of(ctx, *change.ProvisionedWriteCapacityAutoScalingUpdate));
    }
  }
  return {};
}

/// A table that has replicas: the calls are of those alone.
Result<TableRef> find_global_table(Context& ctx, const std::string& name) {
  CUMULITE_ASSIGN(TableRef ref, find_table(ctx, name));
  if (ref.table->replicated()) return ref;
  return errors::not_found(
      fmt::format("Global table with name: {} does not exist.", ref.table->name()));
}

}  // namespace

Result<api::AutoScalingSettingsDescription> settings_of(
    const Context& ctx, const api::AutoScalingSettingsUpdate& update) {
  api::AutoScalingSettingsDescription out;
  out.AutoScalingDisabled = update.AutoScalingDisabled.value_or(false);
  if (*out.AutoScalingDisabled) return out;
  if (update.MinimumUnits && update.MaximumUnits && *update.MinimumUnits > *update.MaximumUnits) {
    return errors::validation(
        "The minimum capacity units must not be greater than the maximum capacity units");
  }
  out.MinimumUnits = update.MinimumUnits;
  out.MaximumUnits = update.MaximumUnits;
  out.AutoScalingRoleArn = update.AutoScalingRoleArn.value_or(
      fmt::format("arn:aws:iam::{}:role/aws-service-role/"
                  "dynamodb.application-autoscaling.amazonaws.com/"
                  "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
                  ctx.caller.account_id));
  if (!update.ScalingPolicyUpdate) return out;
  auto& policy = out.ScalingPolicies.emplace().emplace_back();
  policy.PolicyName = update.ScalingPolicyUpdate->PolicyName;
  const auto& tracking = update.ScalingPolicyUpdate->TargetTrackingScalingPolicyConfiguration;
  if (!tracking) return out;
  auto& described = policy.TargetTrackingScalingPolicyConfiguration.emplace();
  described.DisableScaleIn = tracking->DisableScaleIn;
  described.ScaleInCooldown = tracking->ScaleInCooldown;
  described.ScaleOutCooldown = tracking->ScaleOutCooldown;
  described.TargetValue = tracking->TargetValue;
  return out;
}

Result<api::DescribeTableReplicaAutoScalingOutput> describe_table_replica_auto_scaling(
    Context& ctx, const api::DescribeTableReplicaAutoScalingInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_global_table(ctx, *in.TableName));
  api::DescribeTableReplicaAutoScalingOutput out;
  out.TableAutoScalingDescription = read(ctx.env.store, *ref.table);
  return out;
}

Result<api::UpdateTableReplicaAutoScalingOutput> update_table_replica_auto_scaling(
    Context& ctx, const api::UpdateTableReplicaAutoScalingInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_global_table(ctx, *in.TableName));
  api::UpdateTableReplicaAutoScalingOutput out;
  CUMULITE_ASSIGN(
      out.TableAutoScalingDescription,
      ctx.env.store.transact({companions_domain(*ref.table)},
                             [&](storage::Txn& txn) -> Result<Description> {
                               Description description = read(txn, *ref.table);
                               CUMULITE_TRY(apply_writes(ctx, in, description));
                               if (in.ReplicaUpdates) {
                                 for (const auto& update : *in.ReplicaUpdates) {
                                   CUMULITE_TRY(apply_replica(ctx, update, description));
                                 }
                               }
                               put_companion(txn, *ref.table, Companion::kAutoScaling, {},
                                             encode_shape(shape(), &description));
                               return description;
                             }));
  out.TableAutoScalingDescription->TableStatus = "UPDATING";
  return out;
}

}  // namespace cumulite::dynamodb
