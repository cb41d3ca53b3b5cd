#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Makes a table and starts the job that fills it from a bucket of the daemon's own S3.
Result<api::ImportTableOutput> import_table(Context& ctx, const api::ImportTableInput& in);
Result<api::DescribeImportOutput> describe_import(Context& ctx, const api::DescribeImportInput& in);
/// Of the past 90 days, the greatest ARN first.
Result<api::ListImportsOutput> list_imports(Context& ctx, const api::ListImportsInput& in);

/// Puts the items of a bucket's objects into a table that exists.
Result<api::StartBulkPutItemsOutput> start_bulk_put_items(Context& ctx,
                                                          const api::StartBulkPutItemsInput& in);
Result<api::DescribeBulkOperationOutput> describe_bulk_operation(
    Context& ctx, const api::DescribeBulkOperationInput& in);
Result<api::CancelBulkOperationOutput> cancel_bulk_operation(
    Context& ctx, const api::CancelBulkOperationInput& in);
/// Of the past 90 days, the newest first.
Result<api::ListBulkOperationsOutput> list_bulk_operations(Context& ctx,
                                                           const api::ListBulkOperationsInput& in);

}  // namespace cumulite::dynamodb
