#pragma once

#include "emulator/services/dynamodb/table/table.h"

/// Settings of a table that CreateTable and UpdateTable both take, and what the service refuses of
/// them. The wordings of the two operations differ.
namespace cumulite::dynamodb {

/// A stream to begin with: a view type exactly if it is enabled.
Result<void> check_new_stream(const std::optional<api::StreamSpecification>& stream);
/// A stream to turn on or off: likewise.
Result<void> check_stream_change(const std::optional<api::StreamSpecification>& stream);

/// Limits of on-demand throughput: only without provisioned capacity, and above zero.
Result<void> check_on_demand(const api::CreateTableInput& in);
/// The same for an existing table, whose limits -1 takes away.
Result<void> check_on_demand(const api::UpdateTableInput& in, const Table& table);
/// Members that are not given stay; -1 clears one.
void merge_on_demand(const api::OnDemandThroughput& wanted,
                     std::optional<api::OnDemandThroughput>& current);

/// What UpdateTable refuses of a change of capacity by the table's state: units where it is billed
/// by request, limits where it is not, indexes that another billing mode leaves without units.
Result<void> check_capacity_change(const api::UpdateTableInput& in, const Table& table);

/// Whose provisioned units are changed, as the refusal says it: "the index NAME" and "index NAME".
struct UnitsOwner {
  std::string will_not_change;
  std::string provisioned_for;
};

/// Notes in `current` when units went up and when down; the units themselves are left to the
/// caller. True if any went down. Errors: they are what they were; they went down too often today.
Result<bool> note_units_change(const api::ProvisionedThroughput& wanted, const UnitsOwner& owner,
                               api::ProvisionedThroughputDescription& current, std::int64_t now_ms);

}  // namespace cumulite::dynamodb
