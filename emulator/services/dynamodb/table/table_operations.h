#pragma once

#include "emulator/services/dynamodb/database.h"

/// The operations on tables, and those by which the service describes itself.
namespace cumulite::dynamodb {

Result<api::CreateTableOutput> create_table(Context& ctx, const api::CreateTableInput& in);
Result<api::DescribeTableOutput> describe_table(Context& ctx, const api::DescribeTableInput& in);
Result<api::DeleteTableOutput> delete_table(Context& ctx, const api::DeleteTableInput& in);
Result<api::ListTablesOutput> list_tables(Context& ctx, const api::ListTablesInput& in);
Result<api::UpdateTableOutput> update_table(Context& ctx, const api::UpdateTableInput& in);
Result<api::DescribeLimitsOutput> describe_limits(Context& ctx, const api::DescribeLimitsInput& in);
Result<api::DescribeEndpointsResponse> describe_endpoints(Context& ctx,
                                                          const api::DescribeEndpointsRequest& in);

}  // namespace cumulite::dynamodb
