#pragma once

#include <optional>
#include <string_view>

#include "api/dynamodb.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// What a new table or global index can take at once: its provisioned units, or what on-demand
/// billing begins with.
api::WarmThroughput initial_warm_throughput(
    bool on_demand, const std::optional<api::ProvisionedThroughputDescription>& units);

/// WarmThroughput of CreateTable and its global indexes may only be higher than the initial one.
Result<void> check_warm_throughput(const api::CreateTableInput& in);
/// That of UpdateTable and its changes of global indexes, than the current one.
Result<void> check_warm_throughput(const api::UpdateTableInput& in, const Table& table);

/// Fills what a description lacks. `Warm` is a description of a table's or of an index's.
template <class Warm>
void fill_warm_throughput(std::optional<Warm>& warm, bool on_demand,
                          const std::optional<api::ProvisionedThroughputDescription>& units) {
  if (!warm) warm.emplace();
  const auto initial = initial_warm_throughput(on_demand, units);
  if (!warm->ReadUnitsPerSecond) warm->ReadUnitsPerSecond = initial.ReadUnitsPerSecond;
  if (!warm->WriteUnitsPerSecond) warm->WriteUnitsPerSecond = initial.WriteUnitsPerSecond;
  warm->Status = "ACTIVE";
}

/// What of the description a request changes.
template <class Warm>
void set_warm_throughput(std::optional<Warm>& warm, const api::WarmThroughput& wanted) {
  if (!warm) warm.emplace();
  if (wanted.ReadUnitsPerSecond) warm->ReadUnitsPerSecond = wanted.ReadUnitsPerSecond;
  if (wanted.WriteUnitsPerSecond) warm->WriteUnitsPerSecond = wanted.WriteUnitsPerSecond;
}

}  // namespace cumulite::dynamodb
