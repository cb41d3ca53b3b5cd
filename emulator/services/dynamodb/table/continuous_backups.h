#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Point-in-time recovery as a setting: stored and described, since when included. What it recovers
/// (RestoreTableToPointInTime) is not built.
Result<api::DescribeContinuousBackupsOutput> describe_continuous_backups(
    Context& ctx, const api::DescribeContinuousBackupsInput& in);
Result<api::UpdateContinuousBackupsOutput> update_continuous_backups(
    Context& ctx, const api::UpdateContinuousBackupsInput& in);

/// Its row, which goes with the table.
std::string continuous_backups_row(const Table& table);

}  // namespace cumulite::dynamodb
