#include "emulator/services/dynamodb/global/group.h"

#include <algorithm>
#include <utility>

#include "emulator/services/dynamodb/table/warm_throughput.h"

namespace cumulite::dynamodb {
namespace {

// What all global tables of one account are.
constexpr std::string_view kWithOverrides = "ENABLED_WITH_OVERRIDES";

}  // namespace

std::vector<TablePtr> other_replicas(Database& db, const Table& table) {
  std::vector<TablePtr> out;
  if (!table.replicated()) return out;
  for (const auto& replica : *table.description.Replicas) {
    auto found =
        db.catalog().find(keys::table_row(table.account, *replica.RegionName, table.name()));
    if (found != nullptr) out.push_back(std::move(found));
  }
  return out;
}

void add_group_domains(storage::Domains& domains, const std::vector<TablePtr>& tables) {
  for (const auto& table : tables) {
    for (auto& domain : table_domains(*table)) domains.push_back(std::move(domain));
  }
}

bool are_current(Database& db, const std::vector<TablePtr>& tables) {
  return std::all_of(tables.begin(), tables.end(), [&](const TablePtr& table) {
    return db.catalog().find(keys::table_row(table->account, table->region, table->name())) ==
           table;
  });
}

std::shared_ptr<Table> with_replica(const Table& table, const api::ReplicaDescription& replica,
                                    std::string_view version) {
  auto out = std::make_shared<Table>(table);
  auto& description = out->description;
  if (!description.Replicas) description.Replicas.emplace();
  auto& replicas = *description.Replicas;
  const auto known = std::find_if(replicas.begin(), replicas.end(), [&](const auto& one) {
    return one.RegionName == replica.RegionName;
  });
  if (known == replicas.end()) {
    replicas.push_back(replica);
  } else {
    *known = replica;
  }
  description.GlobalTableVersion = std::string(version);
  return out;
}

namespace {

api::TableWarmThroughputDescription warm_of(const Table& table) {
  auto out = table.description.WarmThroughput;
  fill_warm_throughput(out, table.on_demand(), table.description.ProvisionedThroughput);
  return *out;
}

/// Each global index, with the settings that the replica has of its own.
void describe_replica_indexes(const Table& there, api::ReplicaDescription& replica) {
  if (!there.description.GlobalSecondaryIndexes) return;
  const auto own = std::exchange(replica.GlobalSecondaryIndexes, std::nullopt);
  auto& out = replica.GlobalSecondaryIndexes.emplace();
  for (const auto& index : *there.description.GlobalSecondaryIndexes) {
    auto& described = out.emplace_back();
    if (own) {
      const auto known = std::find_if(own->begin(), own->end(), [&](const auto& one) {
        return one.IndexName == index.IndexName;
      });
      if (known != own->end()) described = *known;
    }
    described.IndexName = index.IndexName;
    auto warm = index.WarmThroughput;
    fill_warm_throughput(warm, there.on_demand(), index.ProvisionedThroughput);
    described.WarmThroughput = std::move(warm);
  }
}

}  // namespace

void describe_group(Database& db, const Table& table, api::TableDescription& description) {
  if (!description.Replicas || description.Replicas->empty()) return;
  description.GlobalTableSettingsReplicationMode = std::string(kWithOverrides);
  for (auto& replica : *description.Replicas) {
    replica.GlobalTableSettingsReplicationMode = std::string(kWithOverrides);
    const auto there =
        db.catalog().find(keys::table_row(table.account, *replica.RegionName, table.name()));
    if (there == nullptr) continue;
    replica.WarmThroughput = warm_of(*there);
    describe_replica_indexes(*there, replica);
  }
}

void leave_group(api::TableDescription& description) {
  description.Replicas.reset();
  description.GlobalTableVersion.reset();
  description.GlobalTableWitnesses.reset();
  description.MultiRegionConsistency.reset();
  description.GlobalTableSettingsReplicationMode.reset();
}

std::shared_ptr<Table> without_replica(const Table& table, std::string_view region) {
  auto out = std::make_shared<Table>(table);
  auto& description = out->description;
  if (!description.Replicas) return out;
  auto& replicas = *description.Replicas;
  replicas.erase(std::remove_if(replicas.begin(), replicas.end(),
                                [&](const auto& replica) { return replica.RegionName == region; }),
                 replicas.end());
  if (replicas.empty()) leave_group(description);
  return out;
}

}  // namespace cumulite::dynamodb
