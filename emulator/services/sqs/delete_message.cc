#include <utility>

#include "emulator/services/sqs/acknowledging.h"
#include "emulator/services/sqs/batch.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"

namespace cumulite::sqs {

Result<Unit> delete_message(Context& ctx, const api::DeleteMessageRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "DeleteMessage");
  if (!queue.ok()) return std::move(queue).error();
  if (!req.ReceiptHandle || req.ReceiptHandle->empty()) {
    return errors::missing_parameter("ReceiptHandle");
  }
  auto deleted = with_mailbox(ctx.env.store, **queue, ctx.now_ms,
                              [&](storage::Txn& txn, const QueueConfig&) -> Result<void> {
                                return delete_by_handle(txn, **queue, *req.ReceiptHandle);
                              });
  if (!deleted.ok()) return std::move(deleted).error();
  return Unit{};
}

Result<api::DeleteMessageBatchResult> delete_message_batch(
    Context& ctx, const api::DeleteMessageBatchRequest& req) {
  using Answer = api::DeleteMessageBatchResult;
  auto queue = find_queue(ctx, req.QueueUrl, "DeleteMessageBatch");
  if (!queue.ok()) return std::move(queue).error();
  CUMULITE_TRY(check_batch(req.Entries));
  return with_mailbox(ctx.env.store, **queue, ctx.now_ms,
                      [&](storage::Txn& txn, const QueueConfig&) -> Result<Answer> {
                        return apply_entries<Answer>(*req.Entries, [&](const auto& entry) {
                          return delete_by_handle(txn, **queue, entry.ReceiptHandle.value_or(""));
                        });
                      });
}

}  // namespace cumulite::sqs
