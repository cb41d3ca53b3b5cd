#include "emulator/services/sqs/operations.h"

namespace cumulite::sqs {

std::span<const OperationRow> operation_rows() {
  static const OperationRow rows[] = {
      row<api::op::AddPermission, &add_permission>(),
      row<api::op::CancelMessageMoveTask, &cancel_message_move_task>(),
      row<api::op::ChangeMessageVisibility, &change_message_visibility>(),
      row<api::op::ChangeMessageVisibilityBatch, &change_message_visibility_batch>(),
      row<api::op::CreateQueue, &create_queue>(),
      row<api::op::DeleteMessage, &delete_message>(),
      row<api::op::DeleteMessageBatch, &delete_message_batch>(),
      row<api::op::DeleteQueue, &delete_queue>(),
      row<api::op::GetQueueAttributes, &get_queue_attributes>(),
      row<api::op::GetQueueUrl, &get_queue_url>(),
      row<api::op::ListDeadLetterSourceQueues, &list_dead_letter_source_queues>(),
      row<api::op::ListMessageMoveTasks, &list_message_move_tasks>(),
      row<api::op::ListQueueTags, &list_queue_tags>(),
      row<api::op::ListQueues, &list_queues>(),
      row<api::op::PurgeQueue, &purge_queue>(),
      row<api::op::ReceiveMessage, &receive_message>(),
      row<api::op::RemovePermission, &remove_permission>(),
      row<api::op::SendMessage, &send_message>(),
      row<api::op::SendMessageBatch, &send_message_batch>(),
      row<api::op::SetQueueAttributes, &set_queue_attributes>(),
      row<api::op::StartMessageMoveTask, &start_message_move_task>(),
      row<api::op::TagQueue, &tag_queue>(),
      row<api::op::UntagQueue, &untag_queue>(),
  };
  return rows;
}

}  // namespace cumulite::sqs
