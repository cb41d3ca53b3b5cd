#include <array>

#include "emulator/services/dynamodb/backup/backup_operations.h"
#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/export/export_operations.h"
#include "emulator/services/dynamodb/global/auto_scaling.h"
#include "emulator/services/dynamodb/global/legacy.h"
#include "emulator/services/dynamodb/import/import_operations.h"
#include "emulator/services/dynamodb/insights/contributor_insights.h"
#include "emulator/services/dynamodb/kinesis/kinesis_destination.h"
#include "emulator/services/dynamodb/partiql/partiql_operations.h"
#include "emulator/services/dynamodb/policy/resource_policy.h"
#include "emulator/services/dynamodb/request/batch_operations.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/query_operations.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "emulator/services/dynamodb/table/time_to_live.h"
#include "emulator/services/dynamodb/transaction/transaction_operations.h"
#include "emulator/services/dynamodb/vector/search_vectors.h"

namespace cumulite::dynamodb {

std::span<const OperationRow> Database::rows() const {
  namespace op = api::op;
  static const std::array kRows = {
      row<op::BatchExecuteStatement, &batch_execute_statement>(),
      row<op::BatchGetItem, &batch_get_item>(),
      row<op::BatchWriteItem, &batch_write_item>(),
      row<op::CancelBulkOperation, &cancel_bulk_operation>(),
      row<op::CreateBackup, &create_backup>({.blocking = true}),
      row<op::CreateGlobalTable, &create_global_table>(),
      row<op::CreateTable, &create_table>(),
      row<op::DeleteBackup, &delete_backup>(),
      row<op::DeleteItem, &delete_item>(),
      row<op::DeleteResourcePolicy, &delete_resource_policy>(),
      row<op::DeleteTable, &delete_table>(),
      row<op::DescribeBackup, &describe_backup>(),
      row<op::DescribeBulkOperation, &describe_bulk_operation>(),
      row<op::DescribeContinuousBackups, &describe_continuous_backups>(),
      row<op::DescribeContributorInsights, &describe_contributor_insights>(),
      row<op::DescribeEndpoints, &describe_endpoints>(),
      row<op::DescribeExport, &describe_export>(),
      row<op::DescribeGlobalTable, &describe_global_table>(),
      row<op::DescribeGlobalTableSettings, &describe_global_table_settings>(),
      row<op::DescribeImport, &describe_import>(),
      row<op::DescribeKinesisStreamingDestination, &describe_kinesis_streaming_destination>(),
      row<op::DescribeLimits, &describe_limits>(),
      row<op::DescribeTable, &describe_table>(),
      row<op::DescribeTableReplicaAutoScaling, &describe_table_replica_auto_scaling>(),
      row<op::DescribeTimeToLive, &describe_time_to_live>(),
      row<op::DisableKinesisStreamingDestination, &disable_kinesis_streaming_destination>(),
      row<op::EnableKinesisStreamingDestination, &enable_kinesis_streaming_destination>(),
      row<op::ExportTableToPointInTime, &export_table_to_point_in_time>({.blocking = true}),
      row<op::ExecuteStatement, &execute_statement>(),
      row<op::ExecuteTransaction, &execute_transaction>(),
      row<op::GetItem, &get_item>(),
      row<op::GetResourcePolicy, &get_resource_policy>(),
      row<op::ImportTable, &import_table>(),
      row<op::ListBackups, &list_backups>(),
      row<op::ListBulkOperations, &list_bulk_operations>(),
      row<op::ListContributorInsights, &list_contributor_insights>(),
      row<op::ListExports, &list_exports>(),
      row<op::ListGlobalTables, &list_global_tables>(),
      row<op::ListImports, &list_imports>(),
      row<op::ListTables, &list_tables>(),
      row<op::ListTagsOfResource, &list_tags_of_resource>(),
      row<op::PutItem, &put_item>(),
      row<op::PutResourcePolicy, &put_resource_policy>(),
      row<op::Query, &query>(),
      row<op::RestoreTableFromBackup, &restore_table_from_backup>(),
      row<op::RestoreTableToPointInTime, &restore_table_to_point_in_time>({.blocking = true}),
      row<op::Scan, &scan>(),
      row<op::SearchVectors, &search_vectors>(),
      row<op::StartBulkPutItems, &start_bulk_put_items>(),
      row<op::TagResource, &tag_resource>(),
      row<op::TransactGetItems, &transact_get_items>(),
      row<op::TransactWriteItems, &transact_write_items>(),
      row<op::UntagResource, &untag_resource>(),
      row<op::UpdateContinuousBackups, &update_continuous_backups>(),
      row<op::UpdateContributorInsights, &update_contributor_insights>(),
      row<op::UpdateGlobalTable, &update_global_table>(),
      row<op::UpdateGlobalTableSettings, &update_global_table_settings>(),
      row<op::UpdateItem, &update_item>(),
      row<op::UpdateKinesisStreamingDestination, &update_kinesis_streaming_destination>(),
      row<op::UpdateTable, &update_table>(),
      row<op::UpdateTableReplicaAutoScaling, &update_table_replica_auto_scaling>(),
      row<op::UpdateTimeToLive, &update_time_to_live>(),
  };
  return kRows;
}

}  // namespace cumulite::dynamodb
