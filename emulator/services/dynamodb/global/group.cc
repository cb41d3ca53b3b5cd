#include "emulator/services/dynamodb/global/group.h"

#include <algorithm>

namespace cumulite::dynamodb {

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

void leave_group(api::TableDescription& description) {
  description.Replicas.reset();
  description.GlobalTableVersion.reset();
  description.GlobalTableWitnesses.reset();
  description.MultiRegionConsistency.reset();
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
