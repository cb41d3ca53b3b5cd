#include <array>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/request/batch_operations.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/query_operations.h"
#include "emulator/services/dynamodb/table/continuous_backups.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "emulator/services/dynamodb/table/time_to_live.h"
#include "emulator/services/dynamodb/transaction/transaction_operations.h"

namespace cumulite::dynamodb {

std::span<const OperationRow> Database::rows() const {
  namespace op = api::op;
  static const std::array kRows = {
      row<op::BatchGetItem, &batch_get_item>(),
      row<op::BatchWriteItem, &batch_write_item>(),
      row<op::CreateTable, &create_table>(),
      row<op::DeleteItem, &delete_item>(),
      row<op::DeleteTable, &delete_table>(),
      row<op::DescribeContinuousBackups, &describe_continuous_backups>(),
      row<op::DescribeEndpoints, &describe_endpoints>(),
      row<op::DescribeLimits, &describe_limits>(),
      row<op::DescribeTable, &describe_table>(),
      row<op::DescribeTimeToLive, &describe_time_to_live>(),
      row<op::GetItem, &get_item>(),
      row<op::ListTables, &list_tables>(),
      row<op::ListTagsOfResource, &list_tags_of_resource>(),
      row<op::PutItem, &put_item>(),
      row<op::Query, &query>(),
      row<op::Scan, &scan>(),
      row<op::TagResource, &tag_resource>(),
      row<op::TransactGetItems, &transact_get_items>(),
      row<op::TransactWriteItems, &transact_write_items>(),
      row<op::UntagResource, &untag_resource>(),
      row<op::UpdateContinuousBackups, &update_continuous_backups>(),
      row<op::UpdateItem, &update_item>(),
      row<op::UpdateTable, &update_table>(),
      row<op::UpdateTimeToLive, &update_time_to_live>(),
  };
  return kRows;
}

}  // namespace cumulite::dynamodb
