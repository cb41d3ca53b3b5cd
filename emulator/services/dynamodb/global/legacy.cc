#include "emulator/services/dynamodb/global/legacy.h"

#include <algorithm>

#include <fmt/format.h>

namespace cumulite::dynamodb {
namespace {

Error version_not_supported() {
  return errors::invalid_parameter(
      "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
      "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).");
}

Error global_table_not_found(std::string_view name) {
  return {"GlobalTableNotFoundException",
          fmt::format("Global table with name: '{}' does not exist.", name)};
}

}  // namespace

Result<api::CreateGlobalTableOutput> create_global_table(Context& /*ctx*/,
                                                         const api::CreateGlobalTableInput&) {
  return version_not_supported();
}

Result<api::UpdateGlobalTableOutput> update_global_table(Context& /*ctx*/,
                                                         const api::UpdateGlobalTableInput& in) {
  const auto& updates = *in.ReplicaUpdates;
  if (updates.empty()) {
    return errors::validation("One or more parameter values were invalid");
  }
  // Adding a replica is refused before anything is looked up.
  const bool adds = std::any_of(updates.begin(), updates.end(),
                                [](const auto& update) { return update.Create.has_value(); });
  if (adds) return version_not_supported();
  return global_table_not_found(*in.GlobalTableName);
}

Result<api::DescribeGlobalTableOutput> describe_global_table(
    Context& /*ctx*/, const api::DescribeGlobalTableInput& in) {
  Error out = global_table_not_found(*in.GlobalTableName);
  out.message = "Global table not found: " + out.message;
  return out;
}

Result<api::ListGlobalTablesOutput> list_global_tables(Context& /*ctx*/,
                                                       const api::ListGlobalTablesInput&) {
  api::ListGlobalTablesOutput out;
  out.GlobalTables.emplace();
  return out;
}

Result<api::DescribeGlobalTableSettingsOutput> describe_global_table_settings(
    Context& /*ctx*/, const api::DescribeGlobalTableSettingsInput& in) {
  return global_table_not_found(*in.GlobalTableName);
}

Result<api::UpdateGlobalTableSettingsOutput> update_global_table_settings(
    Context& /*ctx*/, const api::UpdateGlobalTableSettingsInput& in) {
  return global_table_not_found(*in.GlobalTableName);
}

}  // namespace cumulite::dynamodb
