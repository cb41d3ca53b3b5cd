#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// CloudWatch Contributor Insights as a setting of tables and global indexes: stored and answered.
Result<api::DescribeContributorInsightsOutput> describe_contributor_insights(
    Context& ctx, const api::DescribeContributorInsightsInput& in);
Result<api::UpdateContributorInsightsOutput> update_contributor_insights(
    Context& ctx, const api::UpdateContributorInsightsInput& in);
/// Tables and indexes for which it was ever turned on or off, by table name, then index name.
Result<api::ListContributorInsightsOutput> list_contributor_insights(
    Context& ctx, const api::ListContributorInsightsInput& in);

}  // namespace cumulite::dynamodb
