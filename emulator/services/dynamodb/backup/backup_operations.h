#pragma once

#include "emulator/services/dynamodb/backup/backup_record.h"
#include "emulator/services/dynamodb/database.h"

/// The operations on backups and on point-in-time recovery.
namespace cumulite::dynamodb {

Result<api::CreateBackupOutput> create_backup(Context& ctx, const api::CreateBackupInput& in);
Result<api::DescribeBackupOutput> describe_backup(Context& ctx, const api::DescribeBackupInput& in);
Result<api::DeleteBackupOutput> delete_backup(Context& ctx, const api::DeleteBackupInput& in);
/// By table name, then time.
Result<api::ListBackupsOutput> list_backups(Context& ctx, const api::ListBackupsInput& in);

Result<api::RestoreTableFromBackupOutput> restore_table_from_backup(
    Context& ctx, const api::RestoreTableFromBackupInput& in);
Result<api::RestoreTableToPointInTimeOutput> restore_table_to_point_in_time(
    Context& ctx, const api::RestoreTableToPointInTimeInput& in);

Result<api::DescribeContinuousBackupsOutput> describe_continuous_backups(
    Context& ctx, const api::DescribeContinuousBackupsInput& in);
Result<api::UpdateContinuousBackupsOutput> update_continuous_backups(
    Context& ctx, const api::UpdateContinuousBackupsInput& in);

/// The form of a backup's ARN, whosever and wherever it is.
Result<void> check_backup_arn(std::string_view arn);
/// Whether a backup may be used: not while it is created, nor while a table is restored from it,
/// where that takes time. `use` is what was to be done with it. Errors: BackupInUseException.
Result<void> check_backup_idle(Context& ctx, const BackupRecord& record, std::string_view use);
/// find_table with the code that these operations have: TableNotFoundException.
Result<TableRef> find_source_table(Context& ctx, std::string_view name_or_arn);

}  // namespace cumulite::dynamodb
