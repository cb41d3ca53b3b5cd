#include "emulator/services/dynamodb/global/new_replica.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/table/encryption.h"

namespace cumulite::dynamodb {
namespace {

/// The settings of a replica that differ from the source's.
template <class Action>
void describe_replica(const Action& action, api::ReplicaDescription& out) {
  out.RegionName = action.RegionName;
  if (action.KMSMasterKeyId) out.KMSMasterKeyId = action.KMSMasterKeyId;
  if (action.ProvisionedThroughputOverride) {
    out.ProvisionedThroughputOverride = action.ProvisionedThroughputOverride;
  }
  if (action.OnDemandThroughputOverride) {
    out.OnDemandThroughputOverride = action.OnDemandThroughputOverride;
  }
  if (action.TableClassOverride) {
    out.ReplicaTableClassSummary.emplace().TableClass = action.TableClassOverride;
  }
  if (!action.GlobalSecondaryIndexes) return;
  out.GlobalSecondaryIndexes.emplace();
  for (const auto& index : *action.GlobalSecondaryIndexes) {
    auto& described = out.GlobalSecondaryIndexes->emplace_back();
    described.IndexName = index.IndexName;
    described.ProvisionedThroughputOverride = index.ProvisionedThroughputOverride;
    described.OnDemandThroughputOverride = index.OnDemandThroughputOverride;
  }
}

template <class Indexes>
void move_index_arns(std::optional<Indexes>& indexes, const Table& table) {
  if (!indexes) return;
  for (auto& index : *indexes) {
    index.IndexArn = fmt::format("{}/index/{}", table.arn(), *index.IndexName);
  }
}

}  // namespace

api::ReplicaDescription replica_of(const std::string& region, std::string_view status) {
  api::ReplicaDescription out;
  out.RegionName = region;
  out.ReplicaStatus = std::string(status);
  return out;
}

api::ReplicaDescription described_replica(const api::CreateReplicationGroupMemberAction& action,
                                          std::string_view status) {
  auto out = replica_of(*action.RegionName, status);
  describe_replica(action, out);
  return out;
}

void change_replica(const api::UpdateReplicationGroupMemberAction& action,
                    api::ReplicaDescription& replica) {
  describe_replica(action, replica);
}

std::shared_ptr<Table> make_replica(Context& ctx, const Table& source,
                                    const api::CreateReplicationGroupMemberAction& action) {
  auto out = std::make_shared<Table>(source);
  out->region = *action.RegionName;
  out->number = ids::random_u64();
  out->recovery.reset();
  out->stream_number = 0;
  out->changes = {};
  finish_encryption(*out);
  auto& description = out->description;
  leave_group(description);
  description.TableStatus = std::string(kCreating);
  description.CreationDateTime = model::Timestamp{ctx.now_ms};
  description.TableId = ids::uuid();
  description.TableArn =
      fmt::format("arn:aws:dynamodb:{}:{}:table/{}", out->region, out->account, source.name());
  description.DeletionProtectionEnabled = false;
  description.StreamSpecification.reset();
  description.LatestStreamArn.reset();
  description.LatestStreamLabel.reset();
  move_index_arns(description.LocalSecondaryIndexes, *out);
  move_index_arns(description.GlobalSecondaryIndexes, *out);
  if (action.TableClassOverride) {
    description.TableClassSummary.emplace().TableClass = action.TableClassOverride;
  }
  const auto& units = action.ProvisionedThroughputOverride;
  if (units && description.ProvisionedThroughput) {
    description.ProvisionedThroughput->ReadCapacityUnits = units->ReadCapacityUnits;
  }
  out->compile();
  return out;
}

Error replica_in_the_way(std::string_view table_name) {
  return errors::validation(
      fmt::format("Failed to create a the new replica of table with name: ‘{}’ because one "
                  "or more replicas already existed as tables.",
                  table_name));
}

Error not_in_group(std::string_view what, const std::vector<std::string>& regions) {
  return errors::validation(fmt::format(
      "Update global table operation failed because one or more {} were not part of the global "
      "table. Please retry the request without these {}: [{}].",
      what, what, fmt::join(regions, ", ")));
}

Error replica_protected(const Table& replica) {
  return errors::validation(fmt::format(
      "Cannot delete table {} in region {} because it has deletion protection enabled. Disable "
      "deletion protection first.",
      replica.name(), replica.region));
}

}  // namespace cumulite::dynamodb
