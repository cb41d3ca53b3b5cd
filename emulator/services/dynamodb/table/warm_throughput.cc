#include "emulator/services/dynamodb/table/warm_throughput.h"

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kOnDemandReadUnits = 12'000;
constexpr std::int64_t kOnDemandWriteUnits = 4'000;
constexpr std::string_view kBelowOnDemand =
    "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/"
    "developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial";
constexpr std::string_view kBelowCurrent =
    "current WarmThroughput, decreasing WarmThroughput is not supported";

/// The least that may be asked for, and what it is called.
struct WarmFloor {
  std::string what;  ///< "table", "index NAME".
  api::WarmThroughput units = {};
  std::string_view read_name = kBelowCurrent;
  std::string_view write_name = kBelowCurrent;
};

WarmFloor initial_floor(std::string what, bool on_demand,
                        const std::optional<api::ProvisionedThroughput>& units) {
  WarmFloor out{std::move(what), initial_warm_throughput(on_demand, throughput_of(units))};
  out.read_name = on_demand ? kBelowOnDemand : "ReadCapacityUnits of ProvisionedThroughput";
  out.write_name = on_demand ? kBelowOnDemand : "WriteCapacityUnits of ProvisionedThroughput";
  return out;
}

Result<void> check_floor(const std::optional<api::WarmThroughput>& wanted, const WarmFloor& floor) {
  if (!wanted) return {};
  const auto refuse = [&](std::string_view member, std::string_view than) {
    return errors::invalid_parameter(fmt::format(
        "Requested {} for WarmThroughput for {} is lower than {}", member, floor.what, than));
  };
  if (wanted->ReadUnitsPerSecond && *wanted->ReadUnitsPerSecond < *floor.units.ReadUnitsPerSecond) {
    return refuse("ReadUnitsPerSecond", floor.read_name);
  }
  if (wanted->WriteUnitsPerSecond &&
      *wanted->WriteUnitsPerSecond < *floor.units.WriteUnitsPerSecond) {
    return refuse("WriteUnitsPerSecond", floor.write_name);
  }
  return {};
}

/// The floor of a table or index that exists, by its description.
template <class Description>
WarmFloor current_floor(std::string what, Description description, bool on_demand) {
  fill_warm_throughput(description.WarmThroughput, on_demand, description.ProvisionedThroughput);
  WarmFloor out{std::move(what)};
  out.units.ReadUnitsPerSecond = description.WarmThroughput->ReadUnitsPerSecond;
  out.units.WriteUnitsPerSecond = description.WarmThroughput->WriteUnitsPerSecond;
  return out;
}

std::string index_floor_name(const std::optional<std::string>& name) {
  return "index " + name.value_or("");
}

}  // namespace

api::WarmThroughput initial_warm_throughput(
    bool on_demand, const std::optional<api::ProvisionedThroughputDescription>& units) {
  api::WarmThroughput out;
  const bool provisioned = !on_demand && units;
  out.ReadUnitsPerSecond = provisioned ? units->ReadCapacityUnits.value_or(0) : kOnDemandReadUnits;
  out.WriteUnitsPerSecond =
      provisioned ? units->WriteCapacityUnits.value_or(0) : kOnDemandWriteUnits;
  return out;
}

Result<void> check_warm_throughput(const api::CreateTableInput& in) {
  const bool on_demand = in.BillingMode == "PAY_PER_REQUEST";
  CUMULITE_TRY(
      check_floor(in.WarmThroughput, initial_floor("table", on_demand, in.ProvisionedThroughput)));
  if (!in.GlobalSecondaryIndexes) return {};
  for (const auto& index : *in.GlobalSecondaryIndexes) {
    CUMULITE_TRY(check_floor(
        index.WarmThroughput,
        initial_floor(index_floor_name(index.IndexName), on_demand, index.ProvisionedThroughput)));
  }
  return {};
}

Result<void> check_warm_throughput(const api::UpdateTableInput& in, const Table& table) {
  CUMULITE_TRY(
      check_floor(in.WarmThroughput, current_floor("table", table.description, table.on_demand())));
  if (!in.GlobalSecondaryIndexUpdates || !table.description.GlobalSecondaryIndexes) return {};
  for (const auto& update : *in.GlobalSecondaryIndexUpdates) {
    if (!update.Update) continue;
    for (const auto& index : *table.description.GlobalSecondaryIndexes) {
      if (index.IndexName != update.Update->IndexName) continue;
      CUMULITE_TRY(
          check_floor(update.Update->WarmThroughput,
                      current_floor(index_floor_name(index.IndexName), index, table.on_demand())));
    }
  }
  return {};
}

}  // namespace cumulite::dynamodb
