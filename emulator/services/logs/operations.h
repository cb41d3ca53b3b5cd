#pragma once

#include "api/logs.h"
#include "emulator/core/service.h"

/// One function an operation, and their rows.
namespace cumulite::logs {

std::span<const OperationRow> operation_rows();

Result<model::Unit> create_log_group(Context& ctx, const api::CreateLogGroupRequest& req);
Result<model::Unit> delete_log_group(Context& ctx, const api::DeleteLogGroupRequest& req);
Result<api::DescribeLogGroupsResponse> describe_log_groups(
    Context& ctx, const api::DescribeLogGroupsRequest& req);
Result<model::Unit> put_retention_policy(Context& ctx, const api::PutRetentionPolicyRequest& req);
Result<model::Unit> delete_retention_policy(Context& ctx,
                                            const api::DeleteRetentionPolicyRequest& req);
Result<model::Unit> create_log_stream(Context& ctx, const api::CreateLogStreamRequest& req);
Result<model::Unit> delete_log_stream(Context& ctx, const api::DeleteLogStreamRequest& req);
Result<api::DescribeLogStreamsResponse> describe_log_streams(
    Context& ctx, const api::DescribeLogStreamsRequest& req);
Result<api::PutLogEventsResponse> put_log_events(Context& ctx, const api::PutLogEventsRequest& req);
Result<api::GetLogEventsResponse> get_log_events(Context& ctx, const api::GetLogEventsRequest& req);
Result<api::FilterLogEventsResponse> filter_log_events(Context& ctx,
                                                       const api::FilterLogEventsRequest& req);
Result<model::Unit> tag_log_group(Context& ctx, const api::TagLogGroupRequest& req);
Result<model::Unit> untag_log_group(Context& ctx, const api::UntagLogGroupRequest& req);
Result<api::ListTagsLogGroupResponse> list_tags_log_group(Context& ctx,
                                                          const api::ListTagsLogGroupRequest& req);
Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req);
Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req);
Result<api::ListTagsForResourceResponse> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req);

}  // namespace cumulite::logs
