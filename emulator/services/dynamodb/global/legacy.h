#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// The calls of global tables of version 2017.11.29, answered as the service does since it makes
/// no more of them: creating one is refused, and none is found. Tables of the current version are
/// none of theirs.
Result<api::CreateGlobalTableOutput> create_global_table(Context& ctx,
                                                         const api::CreateGlobalTableInput& in);
Result<api::UpdateGlobalTableOutput> update_global_table(Context& ctx,
                                                         const api::UpdateGlobalTableInput& in);
Result<api::DescribeGlobalTableOutput> describe_global_table(
    Context& ctx, const api::DescribeGlobalTableInput& in);
Result<api::ListGlobalTablesOutput> list_global_tables(Context& ctx,
                                                       const api::ListGlobalTablesInput& in);
Result<api::DescribeGlobalTableSettingsOutput> describe_global_table_settings(
    Context& ctx, const api::DescribeGlobalTableSettingsInput& in);
Result<api::UpdateGlobalTableSettingsOutput> update_global_table_settings(
    Context& ctx, const api::UpdateGlobalTableSettingsInput& in);

}  // namespace cumulite::dynamodb
