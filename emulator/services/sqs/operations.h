#pragma once

#include <span>

#include "emulator/core/service.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// The operations of SQS; each is documented by its page of the API reference.
namespace cumulite::sqs {

using model::Unit;

/// All operations with their handlers.
std::span<const OperationRow> operation_rows();

Result<Unit> add_permission(Context& ctx, const api::AddPermissionRequest& req);
Result<api::CancelMessageMoveTaskResult> cancel_message_move_task(
    Context& ctx, const api::CancelMessageMoveTaskRequest& req);
Result<Unit> change_message_visibility(Context& ctx,
                                       const api::ChangeMessageVisibilityRequest& req);
Result<api::ChangeMessageVisibilityBatchResult> change_message_visibility_batch(
    Context& ctx, const api::ChangeMessageVisibilityBatchRequest& req);
Result<api::CreateQueueResult> create_queue(Context& ctx, const api::CreateQueueRequest& req);
Result<Unit> delete_message(Context& ctx, const api::DeleteMessageRequest& req);
Result<api::DeleteMessageBatchResult> delete_message_batch(
    Context& ctx, const api::DeleteMessageBatchRequest& req);
Result<Unit> delete_queue(Context& ctx, const api::DeleteQueueRequest& req);
Result<api::GetQueueAttributesResult> get_queue_attributes(
    Context& ctx, const api::GetQueueAttributesRequest& req);
Result<api::GetQueueUrlResult> get_queue_url(Context& ctx, const api::GetQueueUrlRequest& req);
Result<api::ListDeadLetterSourceQueuesResult> list_dead_letter_source_queues(
    Context& ctx, const api::ListDeadLetterSourceQueuesRequest& req);
Result<api::ListMessageMoveTasksResult> list_message_move_tasks(
    Context& ctx, const api::ListMessageMoveTasksRequest& req);
Result<api::ListQueueTagsResult> list_queue_tags(Context& ctx,
                                                 const api::ListQueueTagsRequest& req);
Result<api::ListQueuesResult> list_queues(Context& ctx, const api::ListQueuesRequest& req);
Result<Unit> purge_queue(Context& ctx, const api::PurgeQueueRequest& req);
Result<WaitOr<api::ReceiveMessageResult>> receive_message(Context& ctx,
                                                          const api::ReceiveMessageRequest& req);
Result<Unit> remove_permission(Context& ctx, const api::RemovePermissionRequest& req);
Result<api::SendMessageResult> send_message(Context& ctx, const api::SendMessageRequest& req);
Result<api::SendMessageBatchResult> send_message_batch(Context& ctx,
                                                       const api::SendMessageBatchRequest& req);
Result<Unit> set_queue_attributes(Context& ctx, const api::SetQueueAttributesRequest& req);
Result<api::StartMessageMoveTaskResult> start_message_move_task(
    Context& ctx, const api::StartMessageMoveTaskRequest& req);
Result<Unit> tag_queue(Context& ctx, const api::TagQueueRequest& req);
Result<Unit> untag_queue(Context& ctx, const api::UntagQueueRequest& req);

}  // namespace cumulite::sqs
