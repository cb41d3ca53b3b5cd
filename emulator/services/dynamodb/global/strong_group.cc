#include "emulator/services/dynamodb/global/strong_group.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/new_replica.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/table/erase_table.h"
#include "emulator/services/dynamodb/table/transition.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

using Creation = api::CreateReplicationGroupMemberAction;
using Regions = std::vector<std::string>;

constexpr std::size_t kOtherRegions = 2;  ///< Replicas, or a replica and a witness.
// The service takes Regions of different sets together, whatever its guide says.
constexpr std::array<std::string_view, 10> kStrongRegions = {
    "us-east-1", "us-east-2",    "us-west-2",      "eu-west-1",      "eu-west-2",
    "eu-west-3", "eu-central-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"};

bool has(const Regions& regions, std::string_view region) {
  return std::find(regions.begin(), regions.end(), region) != regions.end();
}

/// The Regions that the request's creations, or deletions, of witnesses name.
template <class Member>
Regions witness_regions(const api::UpdateTableInput& in, Member member) {
  Regions out;
  if (!in.GlobalTableWitnessUpdates) return out;
  for (const auto& update : *in.GlobalTableWitnessUpdates) {
    if (update.*member) out.push_back((update.*member)->RegionName.value_or(""));
  }
  return out;
}

Regions created_witnesses(const api::UpdateTableInput& in) {
  return witness_regions(in, &api::GlobalTableWitnessGroupUpdate::Create);
}

std::vector<Creation> created_replicas(const api::UpdateTableInput& in) {
  std::vector<Creation> out;
  for (const auto& update : *in.ReplicaUpdates) {
    if (update.Create) out.push_back(*update.Create);
  }
  return out;
}

/// The Regions of a group that is to be: three, all different, that have strong consistency.
Result<void> check_regions(const Context& ctx, const api::UpdateTableInput& in) {
  Regions regions;
  for (const auto& creation : created_replicas(in)) regions.push_back(*creation.RegionName);
  const Regions witnesses = created_witnesses(in);
  regions.insert(regions.end(), witnesses.begin(), witnesses.end());
  if (regions.size() != kOtherRegions || witnesses.size() == kOtherRegions) {
    return errors::validation(
        "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.");
  }
  Regions unsupported;
  Regions all = regions;
  all.push_back(ctx.caller.region);
  for (const auto& region : all) {
    const bool known =
        std::find(kStrongRegions.begin(), kStrongRegions.end(), region) != kStrongRegions.end();
    if (!known && !has(unsupported, region)) unsupported.push_back(region);
  }
  if (!unsupported.empty()) {
    return errors::validation(fmt::format(
        "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to "
        "STRONG: [{}].",
        fmt::join(unsupported, ", ")));
  }
  if (regions.front() == regions.back()) {
    return errors::validation("Cannot target multiple regions with the same action");
  }
  if (has(witnesses, ctx.caller.region)) {
    return errors::validation(
        "Cannot add a witness in the same region as an existing replica when creating a global "
        "table with MultiRegionConsistency set to STRONG.");
  }
  return {};
}

/// A table that becomes the first replica: empty, and without what such groups do not have.
Result<void> check_source(const storage::Reader& reader, const Table& source) {
  if (!source.active()) return not_active(source);
  if (source.replicated()) {
    return errors::validation(
        "MultiRegionConsistency parameter is unsupported on existing global table");
  }
  Table strong = source;
  strong.description.MultiRegionConsistency = std::string(kStrong);
  if (source.has_local_indexes()) {
    return check_not_strong(strong, "Local secondary indexes are");
  }
  if (!source.ttl_attribute.empty()) return check_not_strong(strong, "Time to live is");
  storage::RangeOptions options;
  options.limit = 1;
  const auto page = reader.range(spaces::kDynamoDbItems, source.row_prefix,
                                 storage::prefix_end(source.row_prefix), options);
  if (page.rows.empty()) return {};
  return errors::validation(
      "Table must be empty to create a global table with MultiRegionConsistency set to STRONG.");
}

void describe_strong(api::TableDescription& description,
                     std::vector<api::ReplicaDescription> replicas, const Regions& witnesses) {
  description.MultiRegionConsistency = std::string(kStrong);
  description.GlobalTableVersion = std::string(kGlobalVersion);
  description.Replicas = std::move(replicas);
  if (witnesses.empty()) return;
  description.GlobalTableWitnesses.emplace();
  for (const auto& region : witnesses) {
    auto& witness = description.GlobalTableWitnesses->emplace_back();
    witness.RegionName = region;
    witness.WitnessStatus = std::string(kCreating);
  }
}

/// Saves a table that is CREATING or UPDATING, which ends at once or by a due row.
void save_changing(Database& db, storage::Txn& txn, std::shared_ptr<Table> table,
                   std::int64_t now_ms) {
  if (!ends_later(db, txn, *table, now_ms)) finish_change(txn, *table);
  save_table(db, txn, std::move(table));
}

api::UpdateTableOutput answer_of(Database& db, const Table& table) {
  api::UpdateTableOutput out;
  out.TableDescription = describe(db, table);
  return out;
}

/// A group that is made of a table; nullopt if the table was changed meanwhile.
Result<std::optional<api::UpdateTableOutput>> create_group(Context& ctx, const TableRef& ref,
                                                           const api::UpdateTableInput& in) {
  Database& db = database(ctx);
  const Table& source = *ref.table;
  const Regions witnesses = created_witnesses(in);
  const auto creations = created_replicas(in);
  std::vector<api::ReplicaDescription> described;
  for (const auto& creation : creations)
    described.push_back(described_replica(creation, kCreating));

  auto first = std::make_shared<Table>(source);
  first->description.TableStatus = std::string(kUpdating);
  describe_strong(first->description, described, witnesses);
  storage::Domains domains = table_domains(source);
  std::vector<std::shared_ptr<Table>> replicas;
  for (std::size_t i = 0; i < creations.size(); ++i) {
    auto& replica = replicas.emplace_back(make_replica(ctx, source, creations[i]));
    std::vector<api::ReplicaDescription> others = {replica_of(source.region, kActive)};
    for (std::size_t j = 0; j < described.size(); ++j) {
      if (j != i) others.push_back(described[j]);
    }
    describe_strong(replica->description, std::move(others), witnesses);
    add_group_domains(domains, {replica});
  }
  using Answer = std::optional<api::UpdateTableOutput>;
  return db.env().store.transact(domains, [&](storage::Txn& txn) -> Result<Answer> {
    if (db.catalog().find(ref.row) != ref.table) return Answer{};
    CUMULITE_TRY(check_source(txn, source));
    for (const auto& replica : replicas) {
      const auto row = keys::table_row(replica->account, replica->region, replica->name());
      if (db.catalog().find(row) != nullptr) return replica_in_the_way(source.name());
    }
    Answer out = answer_of(db, *first);
    for (const auto& replica : replicas) save_changing(db, txn, replica, ctx.now_ms);
    save_changing(db, txn, first, ctx.now_ms);
    return out;
  });
}

/// Names those that are not of the group.
Result<void> check_members(const Regions& known, const Regions& wanted, std::string_view what) {
  Regions strangers;
  for (const auto& region : wanted) {
    if (!has(known, region)) strangers.push_back(region);
  }
  if (strangers.empty()) return {};
  return not_in_group(what, strangers);
}

/// What of a group a request that takes it apart has to name: all of it.
Result<void> check_dissolution(const Table& table, const api::UpdateTableInput& in) {
  Regions deleted;
  for (const auto& update : *in.ReplicaUpdates) {
    if (update.Delete) deleted.push_back(*update.Delete->RegionName);
  }
  Regions replicas;
  for (const auto& replica : *table.description.Replicas) replicas.push_back(*replica.RegionName);
  Regions witnesses;
  if (table.description.GlobalTableWitnesses) {
    for (const auto& witness : *table.description.GlobalTableWitnesses) {
      witnesses.push_back(*witness.RegionName);
    }
  }
  const Regions deleted_witnesses =
      witness_regions(in, &api::GlobalTableWitnessGroupUpdate::Delete);
  CUMULITE_TRY(check_members(replicas, deleted, "replicas"));
  CUMULITE_TRY(check_members(witnesses, deleted_witnesses, "witnesses"));
  if (deleted_witnesses.size() < witnesses.size()) {
    return errors::validation("Update table delete operation does not include all witnesses.");
  }
  const bool all = std::all_of(replicas.begin(), replicas.end(),
                               [&](const std::string& region) { return has(deleted, region); });
  if (all) return {};
  return errors::validation(std::string(kOnlyOneReplica));
}

void begin_dissolution(api::TableDescription& description) {
  description.TableStatus = std::string(kUpdating);
  for (auto& replica : *description.Replicas) replica.ReplicaStatus = std::string(kDeleting);
  if (!description.GlobalTableWitnesses) return;
  for (auto& witness : *description.GlobalTableWitnesses) {
    witness.WitnessStatus = std::string(kDeleting);
  }
}

Result<std::optional<api::UpdateTableOutput>> dissolve_group(Context& ctx, const TableRef& ref,
                                                             const api::UpdateTableInput& in) {
  Database& db = database(ctx);
  const Table& table = *ref.table;
  CUMULITE_TRY(check_dissolution(table, in));
  const auto others = other_replicas(db, table);
  storage::Domains domains = table_domains(table);
  for (const auto& other : others) {
    if (other->description.DeletionProtectionEnabled.value_or(false)) {
      return replica_protected(*other);
    }
    if (!other->active()) return errors::replica_in_use();
    for (auto& domain : erase_domains(*other)) domains.push_back(std::move(domain));
  }
  using Answer = std::optional<api::UpdateTableOutput>;
  return db.env().store.transact(domains, [&](storage::Txn& txn) -> Result<Answer> {
    if (db.catalog().find(ref.row) != ref.table || !are_current(db, others)) return Answer{};
    auto alone = std::make_shared<Table>(table);
    alone->description.TableStatus = std::string(kUpdating);
    Answer out = answer_of(db, *alone);  // Which shows the replicas as they were.
    begin_dissolution(alone->description);
    for (const auto& other : others) begin_deletion(db, txn, *other, ctx.now_ms);
    save_changing(db, txn, std::move(alone), ctx.now_ms);
    return out;
  });
}

/// What a request may do with a group that there is.
Result<void> check_known_group(const Table& table, const api::UpdateTableInput& in) {
  if (in.MultiRegionConsistency) {
    return errors::validation(
        "MultiRegionConsistency parameter is unsupported on existing global table");
  }
  std::size_t deletions = 0;
  for (const auto& update : *in.ReplicaUpdates) {
    if (update.Create) {
      return errors::validation(
          "Cannot add replicas to a global table with strong MultiRegionConsistency");
    }
    if (update.Disassociate) return check_not_strong(table, "Disassociation of replicas is");
    if (update.Delete) ++deletions;
  }
  if (deletions == in.ReplicaUpdates->size()) return {};
  return errors::validation(
      "Update table operation with more than one type of replica actions not allowed.");
}

}  // namespace

Result<void> check_strong_request(const Context& ctx, const api::UpdateTableInput& in) {
  if (in.MultiRegionConsistency != kStrong) {
    if (created_witnesses(in).empty()) return {};
    return errors::validation(
        "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is "
        "present.");
  }
  for (const auto& update : *in.ReplicaUpdates) {
    if (update.Create) continue;
    return errors::validation(
        "Only Replica Create actions are supported when MultiRegionConsistency parameter is "
        "provided.");
  }
  return check_regions(ctx, in);
}

bool updates_strong_group(Context& ctx, const api::UpdateTableInput& in) {
  if (!in.ReplicaUpdates || in.ReplicaUpdates->empty()) return false;
  if (in.MultiRegionConsistency == kStrong) return true;
  const auto ref = find_table(ctx, *in.TableName);
  if (!ref.ok() || !is_strong(*ref->table)) return false;
  // Settings of one replica are changed as in any group.
  return !std::all_of(in.ReplicaUpdates->begin(), in.ReplicaUpdates->end(),
                      [](const auto& update) { return update.Update.has_value(); });
}

Result<api::UpdateTableOutput> update_strong_group(Context& ctx, const api::UpdateTableInput& in) {
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
    std::optional<api::UpdateTableOutput> done;
    if (is_strong(*ref.table)) {
      CUMULITE_TRY(check_known_group(*ref.table, in));
      if (!ref.table->active()) return not_active(*ref.table);
      CUMULITE_ASSIGN(done, dissolve_group(ctx, ref, in));
    } else {
      CUMULITE_TRY(check_simultaneous(ctx));
      CUMULITE_ASSIGN(done, create_group(ctx, ref, in));
    }
    if (done) return std::move(*done);
  }
}

void finish_strong_group(api::TableDescription& description) {
  if (description.MultiRegionConsistency != kStrong || !description.Replicas) return;
  auto& replicas = *description.Replicas;
  const bool leaves = std::all_of(replicas.begin(), replicas.end(), [](const auto& replica) {
    return replica.ReplicaStatus == kDeleting;
  });
  if (leaves) {
    leave_group(description);
    return;
  }
  for (auto& replica : replicas) replica.ReplicaStatus = std::string(kActive);
  if (!description.GlobalTableWitnesses) return;
  for (auto& witness : *description.GlobalTableWitnesses) {
    witness.WitnessStatus = std::string(kActive);
  }
}

}  // namespace cumulite::dynamodb
