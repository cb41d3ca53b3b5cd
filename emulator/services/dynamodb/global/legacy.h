#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Global tables of version 2017.11.29: tables that exist in several regions, tied together. The
/// replication is that of the current version.
Result<api::CreateGlobalTableOutput> create_global_table(Context& ctx,
                                                         const api::CreateGlobalTableInput& in);
Result<api::UpdateGlobalTableOutput> update_global_table(Context& ctx,
                                                         const api::UpdateGlobalTableInput& in);
Result<api::DescribeGlobalTableOutput> describe_global_table(
    Context& ctx, const api::DescribeGlobalTableInput& in);
/// By name.
Result<api::ListGlobalTablesOutput> list_global_tables(Context& ctx,
                                                       const api::ListGlobalTablesInput& in);

Result<api::DescribeGlobalTableSettingsOutput> describe_global_table_settings(
    Context& ctx, const api::DescribeGlobalTableSettingsInput& in);
Result<api::UpdateGlobalTableSettingsOutput> update_global_table_settings(
    Context& ctx, const api::UpdateGlobalTableSettingsInput& in);

/// The row of such a global table.
struct LegacyGroup {
  std::string account;
  std::string name;
  std::int64_t created_ms = 0;
  std::vector<std::string> regions = {};

  std::string row() const;
  storage::Domain domain() const;
  std::string encode() const;
};

std::optional<LegacyGroup> read_legacy_group(const storage::Reader& reader,
                                             std::string_view account, std::string_view name);
Error global_table_not_found(std::string_view name);

}  // namespace cumulite::dynamodb
