#include "emulator/services/dynamodb/global/replica_updates.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/replica_fill.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/erase_table.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kImages = "NEW_AND_OLD_IMAGES";
constexpr std::size_t kStrongRegions = 3;  ///< Replicas, or two and a witness.

using Update = api::ReplicationGroupUpdate;

std::string region_of(const Update& update) {
  if (update.Create) return update.Create->RegionName.value_or("");
  if (update.Update) return update.Update->RegionName.value_or("");
  if (update.Delete) return update.Delete->RegionName.value_or("");
  return update.Disassociate ? update.Disassociate->RegionName.value_or("") : std::string();
}

/// Strong consistency is refused as in Regions that do not have it, once the request is sound.
Result<void> check_consistency(const api::UpdateTableInput& in) {
  const bool strong = in.MultiRegionConsistency == "STRONG";
  const auto witnesses =
      in.GlobalTableWitnessUpdates.value_or(std::vector<api::GlobalTableWitnessGroupUpdate>{});
  if (!strong) {
    if (witnesses.empty()) return {};
    return errors::validation(
        "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is "
        "present.");
  }
  std::vector<std::string> regions;
  for (const auto& update : *in.ReplicaUpdates) {
    if (!update.Create) {
      return errors::validation(
          "Only Replica Create actions are supported when MultiRegionConsistency parameter is "
          "provided.");
    }
    regions.push_back(region_of(update));
  }
  for (const auto& witness : witnesses) {
    if (witness.Create) regions.push_back(*witness.Create->RegionName);
  }
  if (regions.size() != kStrongRegions - 1) {
    return errors::validation(
        "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.");
  }
  return errors::validation(fmt::format(
      "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to "
      "STRONG: [{}].",
      fmt::join(regions, ", ")));
}

/// Replicas come and go one a call, which changes nothing else.
Result<void> check_alone(const api::UpdateTableInput& in) {
  if (in.BillingMode || in.ProvisionedThroughput || in.GlobalSecondaryIndexUpdates ||
      in.StreamSpecification || in.SSESpecification || in.TableClass || in.OnDemandThroughput ||
      in.DeletionProtectionEnabled || in.WarmThroughput) {
    return errors::validation(
        "Requests that modify replicas or witnesses must not also modify other fields");
  }
  const auto moves = std::count_if(in.ReplicaUpdates->begin(), in.ReplicaUpdates->end(),
                                   [](const Update& update) { return !update.Update; });
  if (moves <= 1) return {};
  return errors::validation(
      "Update table operation with more than one create or delete replica actions not allowed");
}

Result<void> check_request(const Context& ctx, const api::UpdateTableInput& in) {
  if (!in.ReplicaUpdates || in.ReplicaUpdates->empty()) return {};
  CUMULITE_TRY(check_consistency(in));
  CUMULITE_TRY(check_alone(in));
  for (const auto& update : *in.ReplicaUpdates) {
    const int actions = (update.Create ? 1 : 0) + (update.Update ? 1 : 0) +
                        (update.Delete ? 1 : 0) + (update.Disassociate ? 1 : 0);
    if (actions != 1) {
      return errors::invalid_parameter("Exactly one action of a ReplicaUpdate must be given");
    }
    const std::string region = region_of(update);
    if (region.empty()) return errors::invalid_parameter("RegionName must not be empty");
    if (region == ctx.caller.region && !update.Disassociate) {
      return errors::validation(
          "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, "
          "DeleteTable, or UpdateTable as required.");
    }
  }
  return {};
}

bool has_replica(const Table& table, std::string_view region) {
  return table.replicated() &&
         std::any_of(table.description.Replicas->begin(), table.description.Replicas->end(),
                     [&](const auto& replica) { return replica.RegionName == region; });
}

Error not_in_group() {
  return errors::validation(
      "Update global table operation failed because one or more replicas were not part of the "
      "global table.");
}

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

api::ReplicaDescription replica_of(const std::string& region, std::string_view status) {
  api::ReplicaDescription out;
  out.RegionName = region;
  out.ReplicaStatus = std::string(status);
  return out;
}

/// The replica's table, not yet stored: the source in another region, with numbers, stream and ARNs
/// of its own.
std::shared_ptr<Table> make_replica(Context& ctx, const Table& source,
                                    const api::CreateReplicationGroupMemberAction& action) {
  auto out = std::make_shared<Table>(source);
  out->region = *action.RegionName;
  out->number = ids::random_u64();
  out->recovery.reset();
  auto& description = out->description;
  description.TableStatus = "CREATING";
  description.CreationDateTime = model::Timestamp{ctx.now_ms};
  description.TableId = ids::uuid();
  description.TableArn =
      fmt::format("arn:aws:dynamodb:{}:{}:table/{}", out->region, out->account, source.name());
  description.DeletionProtectionEnabled = false;
  const auto move_arns = [&](auto& indexes) {
    if (!indexes) return;
    for (auto& index : *indexes) {
      index.IndexArn = fmt::format("{}/index/{}", out->arn(), *index.IndexName);
    }
  };
  move_arns(description.LocalSecondaryIndexes);
  move_arns(description.GlobalSecondaryIndexes);
  if (action.TableClassOverride) {
    description.TableClassSummary.emplace().TableClass = action.TableClassOverride;
  }
  const auto& units = action.ProvisionedThroughputOverride;
  if (units && description.ProvisionedThroughput) {
    description.ProvisionedThroughput->ReadCapacityUnits = units->ReadCapacityUnits;
  }
  enable_stream(ctx, *out, *source.description.StreamSpecification);
  out->compile();
  return out;
}

/// One change of the group; false if a table of it was changed meanwhile.
class GroupChange {
 public:
  GroupChange(Context& ctx, const TableRef& ref)
      : ctx_(ctx), db_(database(ctx)), ref_(ref), others_(other_replicas(db_, *ref.table)) {}

  Result<bool> create(const api::CreateReplicationGroupMemberAction& action) {
    const std::string& region = *action.RegionName;
    const auto row = keys::table_row(ref_.table->account, region, ref_.table->name());
    CUMULITE_TRY(check_stream());
    Table source = *ref_.table;
    const bool opens_stream = !source.streams();
    if (opens_stream) enable_stream(ctx_, source, images());
    source = *with_replica(source, described(action, "CREATING"), kGlobalVersion);
    const auto replica = replica_for(source, action);
    auto domains = group_domains();
    for (auto& domain : table_domains(*replica)) domains.push_back(std::move(domain));
    return db_.env().store.transact(domains, [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      if (db_.catalog().find(row) != nullptr) {
        return errors::validation(
            fmt::format("Failed to create a the new replica of table with name: '{}' because one "
                        "or more replicas already existed as tables.",
                        source.name()));
      }
      if (opens_stream) stream::open(db_, txn, source, ctx_.now_ms);
      stream::open(db_, txn, *replica, ctx_.now_ms);
      save_table(db_, txn, std::make_shared<Table>(source));
      save_table(db_, txn, replica);
      for (const auto& other : others_) {
        save_table(db_, txn, with_replica(*other, described(action, "CREATING"), kGlobalVersion));
      }
      start_replica_fill(db_, txn, source, *replica);
      return true;
    });
  }

  Result<bool> update(const api::UpdateReplicationGroupMemberAction& action) {
    if (!has_replica(*ref_.table, *action.RegionName)) return not_in_group();
    return db_.env().store.transact(group_domains(), [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      for (const auto& table : everyone()) {
        if (table->region == action.RegionName) continue;
        for (auto replica : *table->description.Replicas) {
          if (replica.RegionName != action.RegionName) continue;
          describe_replica(action, replica);
          save_table(db_, txn, with_replica(*table, replica, kGlobalVersion));
          break;
        }
      }
      return true;
    });
  }

  Result<bool> remove(const std::string& region) {
    if (!has_replica(*ref_.table, region)) return not_in_group();
    TablePtr leaving;
    for (const auto& other : others_) {
      if (other->region == region) leaving = other;
    }
    if (leaving != nullptr && leaving->description.DeletionProtectionEnabled.value_or(false)) {
      return errors::deletion_protected(leaving->arn());
    }
    storage::Domains domains;
    if (leaving != nullptr) domains = erase_domains(*leaving);
    for (const auto& table : everyone()) {
      if (table != leaving) add_group_domains(domains, {table});
    }
    return db_.env().store.transact(domains, [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      if (leaving != nullptr) erase_table(db_, txn, *leaving, ctx_.now_ms);
      for (const auto& table : everyone()) {
        if (table->region != region) save_table(db_, txn, without_replica(*table, region));
      }
      return true;
    });
  }

  /// The local table leaves the group and stays as a table of its region.
  Result<bool> disassociate() {
    if (!ref_.table->replicated()) return not_in_group();
    if (ref_.table->description.DisassociationProtectionEnabled.value_or(true)) {
      return errors::validation(
          "Disassociation protection is enabled for the replica. Disable it first.");
    }
    return db_.env().store.transact(group_domains(), [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      auto alone = std::make_shared<Table>(*ref_.table);
      alone->description.Replicas.reset();
      alone->description.GlobalTableVersion.reset();
      save_table(db_, txn, std::move(alone));
      for (const auto& other : others_) {
        save_table(db_, txn, without_replica(*other, ref_.table->region));
      }
      return true;
    });
  }

 private:
  static api::StreamSpecification images() {
    api::StreamSpecification out;
    out.StreamEnabled = true;
    out.StreamViewType = std::string(kImages);
    return out;
  }

  static api::ReplicaDescription described(const api::CreateReplicationGroupMemberAction& action,
                                           std::string_view status) {
    auto out = replica_of(*action.RegionName, status);
    describe_replica(action, out);
    return out;
  }

  /// A global table has a stream of both images in each region; one is turned on where none is.
  Result<void> check_stream() const {
    const auto& stream = ref_.table->description.StreamSpecification;
    if (ref_.table->streams() && stream->StreamViewType != kImages) {
      return errors::validation(
          "Table must have a stream with the view type NEW_AND_OLD_IMAGES to be replicated");
    }
    return {};
  }

  /// The new replica knows everyone else, who are ready.
  std::shared_ptr<Table> replica_for(const Table& source,
                                     const api::CreateReplicationGroupMemberAction& action) const {
    auto out = make_replica(ctx_, source, action);
    auto& replicas = out->description.Replicas.emplace();
    replicas.push_back(replica_of(source.region, "ACTIVE"));
    // With the settings that they have of their own.
    if (!ref_.table->replicated()) return out;
    const auto& known = *ref_.table->description.Replicas;
    replicas.insert(replicas.end(), known.begin(), known.end());
    return out;
  }

  std::vector<TablePtr> everyone() const {
    auto out = others_;
    out.push_back(ref_.table);
    return out;
  }

  storage::Domains group_domains() const {
    storage::Domains out;
    add_group_domains(out, everyone());
    return out;
  }

  bool is_current() const { return are_current(db_, everyone()); }

  Context& ctx_;
  Database& db_;
  const TableRef& ref_;
  std::vector<TablePtr> others_;
};

Result<bool> apply(Context& ctx, const api::UpdateTableInput& in, const Update& update) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  if (!ref.table->active()) return not_active(*ref.table);
  GroupChange change(ctx, ref);
  if (update.Create) return change.create(*update.Create);
  if (update.Update) return change.update(*update.Update);
  if (update.Delete) return change.remove(*update.Delete->RegionName);
  return change.disassociate();
}

}  // namespace

Result<void> update_replicas(Context& ctx, const api::UpdateTableInput& in) {
  CUMULITE_TRY(check_request(ctx, in));
  for (const auto& update : in.ReplicaUpdates.value_or(std::vector<Update>{})) {
    for (bool done = false; !done;) {
      CUMULITE_ASSIGN(done, apply(ctx, in, update));
    }
  }
  return {};
}

}  // namespace cumulite::dynamodb
