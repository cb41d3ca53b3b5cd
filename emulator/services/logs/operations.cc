#include "emulator/services/logs/operations.h"

namespace cumulite::logs {

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateLogGroup, &create_log_group>(),
      row<api::op::CreateLogStream, &create_log_stream>(),
      row<api::op::DeleteLogGroup, &delete_log_group>({.blocking = true}),
      row<api::op::DeleteLogStream, &delete_log_stream>({.blocking = true}),
      row<api::op::DeleteRetentionPolicy, &delete_retention_policy>(),
      row<api::op::DescribeLogGroups, &describe_log_groups>(),
      row<api::op::DescribeLogStreams, &describe_log_streams>({.blocking = true}),
      row<api::op::FilterLogEvents, &filter_log_events>({.blocking = true}),
      row<api::op::GetLogEvents, &get_log_events>({.blocking = true}),
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::ListTagsLogGroup, &list_tags_log_group>(),
      row<api::op::PutLogEvents, &put_log_events>(),
      row<api::op::PutRetentionPolicy, &put_retention_policy>(),
      row<api::op::TagLogGroup, &tag_log_group>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::UntagLogGroup, &untag_log_group>(),
      row<api::op::UntagResource, &untag_resource>(),
  };
  return rows;
}

}  // namespace cumulite::logs
