#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Starts an export to a bucket of the daemon's own S3. The items are taken now, the files are
/// written by a job.
Result<api::ExportTableToPointInTimeOutput> export_table_to_point_in_time(
    Context& ctx, const api::ExportTableToPointInTimeInput& in);
Result<api::DescribeExportOutput> describe_export(Context& ctx, const api::DescribeExportInput& in);
/// Of the past 90 days, the greatest ARN first.
Result<api::ListExportsOutput> list_exports(Context& ctx, const api::ListExportsInput& in);

}  // namespace cumulite::dynamodb
