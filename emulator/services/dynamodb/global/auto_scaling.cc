#include "emulator/services/dynamodb/global/auto_scaling.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/core/ids.h"
#include "emulator/services/application-autoscaling/table_scaling.h"

namespace cumulite::dynamodb {
namespace {

namespace scaling = application_autoscaling;

using ScalingSettings = api::AutoScalingSettingsDescription;

/// Of the throughput in its region; as the service shows one that is not registered.
ScalingSettings describe_settings(const storage::Reader& reader, const scaling::Throughput& of) {
  ScalingSettings out;
  out.ScalingPolicies.emplace();
  const auto found = scaling::read_scaling(reader, of);
  if (!found) {
    out.AutoScalingDisabled = true;
    return out;
  }
  out.MinimumUnits = found->target.MinCapacity;
  out.MaximumUnits = found->target.MaxCapacity;
  out.AutoScalingRoleArn = found->target.RoleARN;
  for (const auto& policy : found->policies) {
    const auto& tracking = *policy.TargetTrackingScalingPolicyConfiguration;
    auto& described = out.ScalingPolicies->emplace_back();
    described.PolicyName = policy.PolicyName;
    auto& shown = described.TargetTrackingScalingPolicyConfiguration.emplace();
    shown.DisableScaleIn = tracking.DisableScaleIn;
    shown.ScaleInCooldown = tracking.ScaleInCooldown;
    shown.ScaleOutCooldown = tracking.ScaleOutCooldown;
    shown.TargetValue = tracking.TargetValue;
  }
  return out;
}

std::vector<std::string> regions_of(const Table& table) {
  std::vector<std::string> regions = {table.region};
  if (!table.replicated()) return regions;
  for (const auto& replica : *table.description.Replicas) regions.push_back(*replica.RegionName);
  return regions;
}

/// The table's throughput in the region, or its index's.
scaling::Throughput throughput(const Table& table, const std::string& region, bool writes,
                               const std::string& index = {}) {
  return {table.account, region, table.name(), index, writes};
}

api::TableAutoScalingDescription describe(const storage::Reader& reader, const Table& table) {
  api::TableAutoScalingDescription out;
  out.TableName = table.name();
  out.TableStatus = table.description.TableStatus;
  out.Replicas.emplace();
  for (const auto& region : regions_of(table)) {
    const auto settings = [&](bool writes, const std::string& index = {}) {
      return describe_settings(reader, throughput(table, region, writes, index));
    };
    auto& replica = out.Replicas->emplace_back();
    replica.RegionName = region;
    replica.ReplicaStatus = "ACTIVE";
    replica.ReplicaProvisionedReadCapacityAutoScalingSettings = settings(false);
    replica.ReplicaProvisionedWriteCapacityAutoScalingSettings = settings(true);
    replica.GlobalSecondaryIndexes.emplace();
    for (const auto& index : table.indexes) {
      if (!index.global) continue;
      auto& entry = replica.GlobalSecondaryIndexes->emplace_back();
      entry.IndexName = index.name;
      entry.IndexStatus = "ACTIVE";
      entry.ProvisionedReadCapacityAutoScalingSettings = settings(false, index.name);
      entry.ProvisionedWriteCapacityAutoScalingSettings = settings(true, index.name);
    }
  }
  return out;
}

/// What an update asks for, in the words of Application Auto Scaling.
scaling::AskedScaling asked_of(const api::AutoScalingSettingsUpdate& update) {
  scaling::AskedScaling asked;
  asked.disabled = update.AutoScalingDisabled.value_or(false);
  asked.least = update.MinimumUnits;
  asked.most = update.MaximumUnits;
  if (!update.ScalingPolicyUpdate) return asked;
  asked.policy_name = update.ScalingPolicyUpdate->PolicyName;
  const auto& tracking = update.ScalingPolicyUpdate->TargetTrackingScalingPolicyConfiguration;
  if (!tracking) return asked;
  auto& wanted = asked.tracking.emplace();
  wanted.DisableScaleIn = tracking->DisableScaleIn;
  wanted.ScaleInCooldown = tracking->ScaleInCooldown;
  wanted.ScaleOutCooldown = tracking->ScaleOutCooldown;
  wanted.TargetValue = tracking->TargetValue;
  return asked;
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  return fmt::format("'{}'", fmt::join(names, "', '"));
}

/// An update is whole: it names all three, or it disables and names none.
Result<void> check_whole(const Table& table, const api::AutoScalingSettingsUpdate& update) {
  const bool disabled = update.AutoScalingDisabled.value_or(false);
  std::vector<std::string_view> wrong;
  if (update.MaximumUnits.has_value() == disabled) wrong.push_back("MaximumUnits");
  if (update.ScalingPolicyUpdate.has_value() == disabled) wrong.push_back("ScalingPolicyUpdate");
  if (update.MinimumUnits.has_value() == disabled) wrong.push_back("MinimumUnits");
  if (wrong.empty()) return {};
  // The service has a colon in one of them only.
  return errors::validation(
      fmt::format("Failed to update settings for global table with name{} ‘{}’: Parameters {} {}",
                  disabled ? "" : ":", table.name(), quoted_list(wrong),
                  disabled ? "must be left blank when disabling auto scaling."
                           : "are required unless auto scaling is being disabled."));
}

/// What is on demand has nothing to scale; to stop scaling it is allowed.
Result<void> check_billing(const Table& table, const api::AutoScalingSettingsUpdate& update,
                           bool writes) {
  if (!table.on_demand() || update.AutoScalingDisabled.value_or(false)) return {};
  std::string regions;
  for (const auto& region : regions_of(table)) {
    regions += fmt::format("{}'{}'", regions.empty() ? "" : ", ", region);
  }
  std::transform(regions.begin(), regions.end(), regions.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return errors::validation(fmt::format(
      "Failed to update global table with name ‘{}‘. Replicas {} BillingMode is PayPerRequest. You "
      "must convert table's BillingMode to PROVISIONED to set parameters: '{}'.",
      table.name(), regions,
      writes ? "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate"
             : "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate"));
}

Error nothing_asked(const Table& table, std::string_view where) {
  return errors::validation(
      fmt::format("Failed to update settings for global table with name: ‘{}’ because at least one "
                  "update parameter must be specified{}.",
                  table.name(), where));
}

Error no_such_index(const Table& table, std::string_view index) {
  return errors::not_found(
      fmt::format("Failed to update settings for global table with name: ‘{}’ because the global "
                  "secondary indexes with names: ‘[{}]’ do not exist.",
                  table.name(), index));
}

/// Collects the changes of scalable targets that one call makes.
class Changes {
 public:
  Changes(const Table& table, std::int64_t now_ms) : table_(table), now_ms_(now_ms) {}

  Result<void> add(const std::string& region, bool writes, const std::string& index,
                   const std::optional<api::AutoScalingSettingsUpdate>& update) {
    if (!update) return {};
    CUMULITE_TRY(check_billing(table_, *update, writes));
    CUMULITE_TRY(check_whole(table_, *update));
    made_.push_back(scaling::prepare_change(throughput(table_, region, writes, index),
                                            asked_of(*update), now_ms_));
    return {};
  }

  Result<void> add_index(const std::string& region, bool writes,
                         const std::optional<std::string>& index,
                         const std::optional<api::AutoScalingSettingsUpdate>& update) {
    const Index* found = table_.find_index(index.value_or(""));
    if (found == nullptr || !found->global) return no_such_index(table_, index.value_or(""));
    return add(region, writes, found->name, update);
  }

  const std::vector<scaling::ScalingChange>& all() const { return made_; }

  storage::Domains domains() const {
    std::set<std::string> regions;
    for (const auto& change : made_) regions.insert(change.name.region);
    storage::Domains domains;
    for (const auto& region : regions) {
      const auto of_region = scaling::scaling_domains(table_.account, region);
      domains.insert(domains.end(), of_region.begin(), of_region.end());
    }
    return domains;
  }

 private:
  const Table& table_;
  std::int64_t now_ms_;
  std::vector<scaling::ScalingChange> made_;
};

Result<void> collect_replica(const Table& table, const api::ReplicaAutoScalingUpdate& update,
                             Changes& changes) {
  const auto regions = regions_of(table);
  const std::string region = update.RegionName.value_or("");
  if (std::find(regions.begin(), regions.end(), region) == regions.end()) {
    return errors::not_found(
        fmt::format("Failed to update settings for global table with name: ‘{}’ because the table "
                    "has no replica in region: ‘{}’.",
                    table.name(), region));
  }
  const auto& reads = update.ReplicaProvisionedReadCapacityAutoScalingUpdate;
  const auto& indexes = update.ReplicaGlobalSecondaryIndexUpdates;
  if (!reads && !indexes) {
    return nothing_asked(table, fmt::format(" for region: ‘{}’", region));
  }
  CUMULITE_TRY(changes.add(region, false, {}, reads));
  if (!indexes) return {};
  for (const auto& change : *indexes) {
    CUMULITE_TRY(changes.add_index(region, false, change.IndexName,
                                   change.ProvisionedReadCapacityAutoScalingUpdate));
  }
  return {};
}

/// Write settings are the same in all regions.
Result<void> collect_writes(const Table& table, const api::UpdateTableReplicaAutoScalingInput& in,
                            Changes& changes) {
  for (const auto& region : regions_of(table)) {
    CUMULITE_TRY(changes.add(region, true, {}, in.ProvisionedWriteCapacityAutoScalingUpdate));
    if (!in.GlobalSecondaryIndexUpdates) continue;
    for (const auto& change : *in.GlobalSecondaryIndexUpdates) {
      CUMULITE_TRY(changes.add_index(region, true, change.IndexName,
                                     change.ProvisionedWriteCapacityAutoScalingUpdate));
    }
  }
  return {};
}

/// A table that has replicas: the calls are of those alone, and others are not there to them.
Result<TableRef> find_global_table(Context& ctx, const std::string& name) {
  auto ref = find_table(ctx, name);
  if (ref.ok() && ref->table->replicated()) return ref;
  if (!ref.ok() && ref.error().code != "ResourceNotFoundException") return ref;
  return errors::not_found(fmt::format("Global table with name: '{}' does not exist.",
                                       name.substr(name.rfind('/') + 1)));
}

/// A refusal of Application Auto Scaling, as DynamoDB hands it on.
Error handed_on(Error error) {
  error.message += fmt::format(
      " (Service: AWSApplicationAutoScaling; Status Code: 400; Error Code: {}; Request ID: {}; "
      "Proxy: null)",
      error.code, ids::uuid());
  return error;
}

}  // namespace

Result<api::DescribeTableReplicaAutoScalingOutput> describe_table_replica_auto_scaling(
    Context& ctx, const api::DescribeTableReplicaAutoScalingInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_global_table(ctx, *in.TableName));
  api::DescribeTableReplicaAutoScalingOutput out;
  out.TableAutoScalingDescription = describe(ctx.env.store, *ref.table);
  return out;
}

Result<api::UpdateTableReplicaAutoScalingOutput> update_table_replica_auto_scaling(
    Context& ctx, const api::UpdateTableReplicaAutoScalingInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_global_table(ctx, *in.TableName));
  if (!in.ProvisionedWriteCapacityAutoScalingUpdate && !in.GlobalSecondaryIndexUpdates &&
      !in.ReplicaUpdates) {
    return nothing_asked(*ref.table, "");
  }
  Changes changes(*ref.table, ctx.now_ms);
  CUMULITE_TRY(collect_writes(*ref.table, in, changes));
  for (const auto& update :
       in.ReplicaUpdates.value_or(std::vector<api::ReplicaAutoScalingUpdate>())) {
    CUMULITE_TRY(collect_replica(*ref.table, update, changes));
  }
  auto applied = ctx.env.store.transact(changes.domains(), [&](storage::Txn& txn) -> Result<void> {
    for (const auto& change : changes.all()) CUMULITE_TRY(scaling::apply_change(txn, change));
    return {};
  });
  if (!applied.ok()) return handed_on(std::move(applied).error());
  api::UpdateTableReplicaAutoScalingOutput out;
  out.TableAutoScalingDescription = describe(ctx.env.store, *ref.table);
  out.TableAutoScalingDescription->TableStatus = "UPDATING";
  return out;
}

}  // namespace cumulite::dynamodb
