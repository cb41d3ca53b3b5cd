#include "emulator/services/dynamodb/global/replica_updates.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/new_replica.h"
#include "emulator/services/dynamodb/global/replica_fill.h"
#include "emulator/services/dynamodb/global/strong_group.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/erase_table.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kImages = "NEW_AND_OLD_IMAGES";
using Update = api::ReplicationGroupUpdate;

std::string region_of(const Update& update) {
  if (update.Create) return update.Create->RegionName.value_or("");
  if (update.Update) return update.Update->RegionName.value_or("");
  if (update.Delete) return update.Delete->RegionName.value_or("");
  return update.Disassociate ? update.Disassociate->RegionName.value_or("") : std::string();
}

/// Whether the update names anything that it changes.
bool changes_something(const api::UpdateReplicationGroupMemberAction& action) {
  return action.KMSMasterKeyId || action.ProvisionedThroughputOverride ||
         action.OnDemandThroughputOverride || action.GlobalSecondaryIndexes ||
         action.TableClassOverride;
}

Result<void> check_actions(const Update& update) {
  const int actions = (update.Create ? 1 : 0) + (update.Update ? 1 : 0) + (update.Delete ? 1 : 0) +
                      (update.Disassociate ? 1 : 0);
  if (actions > 1) {
    return errors::validation(
        "Update table operation with more than one type of replica actions not allowed.");
  }
  if (actions == 0 || (update.Update && !changes_something(*update.Update))) {
    return errors::validation(
        "There are no actions specified in the Replica Update Action of the request.");
  }
  return {};
}

/// All members of a group of strong consistency come and go at once; other replicas one a call.
Result<void> check_count(const api::UpdateTableInput& in, bool strong) {
  const auto moves = std::count_if(in.ReplicaUpdates->begin(), in.ReplicaUpdates->end(),
                                   [](const Update& update) { return !update.Update; });
  if (moves <= 1 || strong) return {};
  return errors::validation(
      "Update table operation with more than one create or delete replica actions not allowed");
}

Result<void> check_request(const Context& ctx, const api::UpdateTableInput& in, bool strong) {
  if (!in.ReplicaUpdates || in.ReplicaUpdates->empty()) return {};
  CUMULITE_TRY(check_strong_request(ctx, in));
  CUMULITE_TRY(check_count(in, strong));
  for (const auto& update : *in.ReplicaUpdates) {
    CUMULITE_TRY(check_actions(update));
    const std::string region = region_of(update);
    if (region.empty()) return errors::invalid_parameter("RegionName must not be empty");
    if (region == ctx.caller.region && !update.Disassociate) {
      return errors::validation(fmt::format(
          "Cannot add{} the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or "
          "UpdateTable as required.",
          update.Update ? ", delete, or update" : " or delete"));
    }
  }
  return {};
}

bool has_replica(const Table& table, std::string_view region) {
  return table.replicated() &&
         std::any_of(table.description.Replicas->begin(), table.description.Replicas->end(),
                     [&](const auto& replica) { return replica.RegionName == region; });
}

/// One change of the group; false if a table of it was changed meanwhile.
class GroupChange {
 public:
  GroupChange(Context& ctx, const TableRef& ref)
      : ctx_(ctx), db_(database(ctx)), ref_(ref), others_(other_replicas(db_, *ref.table)) {}

  Result<bool> create(const api::CreateReplicationGroupMemberAction& action) {
    const std::string& region = *action.RegionName;
    const auto row = keys::table_row(ref_.table->account, region, ref_.table->name());
    Table source = *ref_.table;
    const bool opens_stream = !source.streams();
    if (opens_stream) enable_stream(ctx_, source, images());
    source = *with_replica(source, described_replica(action, kCreating), kGlobalVersion);
    const auto replica = replica_for(source, action);
    auto domains = group_domains();
    for (auto& domain : table_domains(*replica)) domains.push_back(std::move(domain));
    return db_.env().store.transact(domains, [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      if (db_.catalog().find(row) != nullptr) {
        return replica_in_the_way(source.name());
      }
      if (opens_stream) stream::open(db_, txn, source, ctx_.now_ms);
      stream::open(db_, txn, *replica, ctx_.now_ms);
      save_table(db_, txn, std::make_shared<Table>(source));
      save_table(db_, txn, replica);
      for (const auto& other : others_) {
        save_table(db_, txn,
                   with_replica(*other, described_replica(action, kCreating), kGlobalVersion));
      }
      start_replica_fill(db_, txn, source, *replica);
      return true;
    });
  }

  Result<bool> update(const api::UpdateReplicationGroupMemberAction& action) {
    if (!has_replica(*ref_.table, *action.RegionName)) {
      return not_in_group("replicas", {*action.RegionName});
    }
    return db_.env().store.transact(group_domains(), [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      for (const auto& table : everyone()) {
        if (table->region == action.RegionName) continue;
        for (auto replica : *table->description.Replicas) {
          if (replica.RegionName != action.RegionName) continue;
          change_replica(action, replica);
          save_table(db_, txn, with_replica(*table, replica, kGlobalVersion));
          break;
        }
      }
      return true;
    });
  }

  Result<bool> remove(const std::string& region) {
    if (!has_replica(*ref_.table, region)) return not_in_group("replicas", {region});
    TablePtr leaving;
    for (const auto& other : others_) {
      if (other->region == region) leaving = other;
    }
    if (leaving != nullptr && leaving->description.DeletionProtectionEnabled.value_or(false)) {
      return replica_protected(*leaving);
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
    if (!ref_.table->replicated()) return not_in_group("replicas", {ref_.table->region});
    if (ref_.table->description.DisassociationProtectionEnabled.value_or(true)) {
      return errors::validation(
          "Disassociation protection is enabled for the replica. Disable it first.");
    }
    return db_.env().store.transact(group_domains(), [&](storage::Txn& txn) -> Result<bool> {
      if (!is_current()) return false;
      auto alone = std::make_shared<Table>(*ref_.table);
      leave_group(alone->description);
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

  /// The new replica knows everyone else, who are ready.
  std::shared_ptr<Table> replica_for(const Table& source,
                                     const api::CreateReplicationGroupMemberAction& action) const {
    auto out = make_replica(ctx_, source, action);
    enable_stream(ctx_, *out, *source.description.StreamSpecification);
    out->description.GlobalTableVersion = std::string(kGlobalVersion);
    auto& replicas = out->description.Replicas.emplace();
    replicas.push_back(replica_of(source.region, kActive));
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
  const Table& table = *ref.table;
  if (table.replicated() && table.description.TableStatus == kCreating) {
    return errors::validation(fmt::format(
        "Create/Update/Delete of replica is not allowed while the replica is being added to table "
        "with name: ‘{}’ in region: ‘{}’.",
        table.name(), table.region));
  }
  if (!table.active()) return not_active(table);
  GroupChange change(ctx, ref);
  if (update.Create) return change.create(*update.Create);
  if (update.Update) return change.update(*update.Update);
  if (update.Delete) return change.remove(*update.Delete->RegionName);
  return change.disassociate();
}

/// A consistency is chosen with the first replica.
Result<void> check_new_group(Context& ctx, const api::UpdateTableInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  if (!ref.table->replicated()) return {};
  return errors::validation(
      "MultiRegionConsistency parameter is unsupported on existing global table");
}

}  // namespace

Result<std::optional<api::UpdateTableOutput>> update_replicas(Context& ctx,
                                                              const api::UpdateTableInput& in) {
  const bool strong = updates_strong_group(ctx, in);
  CUMULITE_TRY(check_request(ctx, in, strong));
  using Answer = std::optional<api::UpdateTableOutput>;
  if (strong) {
    CUMULITE_ASSIGN(auto answer, update_strong_group(ctx, in));
    return Answer(std::move(answer));
  }
  if (in.MultiRegionConsistency) CUMULITE_TRY(check_new_group(ctx, in));
  for (const auto& update : in.ReplicaUpdates.value_or(std::vector<Update>{})) {
    for (bool done = false; !done;) {
      CUMULITE_ASSIGN(done, apply(ctx, in, update));
    }
  }
  return Answer{};
}

}  // namespace cumulite::dynamodb
