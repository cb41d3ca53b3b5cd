#include <utility>

#include "emulator/services/sqs/acknowledging.h"
#include "emulator/services/sqs/batch.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"

namespace cumulite::sqs {

Result<Unit> change_message_visibility(Context& ctx,
                                       const api::ChangeMessageVisibilityRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "ChangeMessageVisibility");
  if (!queue.ok()) return std::move(queue).error();
  if (!req.ReceiptHandle || req.ReceiptHandle->empty()) {
    return errors::missing_parameter("ReceiptHandle");
  }
  if (!req.VisibilityTimeout) return errors::missing_parameter("VisibilityTimeout");
  auto changed =
      with_mailbox(ctx.env.store, **queue, ctx.now_ms,
                   [&](storage::Txn& txn, const QueueConfig&) -> Result<void> {
                     return change_visibility_by_handle(txn, **queue, *req.ReceiptHandle,
                                                        *req.VisibilityTimeout, ctx.now_ms);
                   });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

Result<api::ChangeMessageVisibilityBatchResult> change_message_visibility_batch(
    Context& ctx, const api::ChangeMessageVisibilityBatchRequest& req) {
  using Answer = api::ChangeMessageVisibilityBatchResult;
  auto queue = find_queue(ctx, req.QueueUrl, "ChangeMessageVisibilityBatch");
  if (!queue.ok()) return std::move(queue).error();
  CUMULITE_TRY(check_batch(req.Entries));
  return with_mailbox(ctx.env.store, **queue, ctx.now_ms,
                      [&](storage::Txn& txn, const QueueConfig& config) -> Result<Answer> {
                        return apply_entries<Answer>(*req.Entries, [&](const auto& entry) {
                          const std::int32_t seconds =
                              entry.VisibilityTimeout.value_or(config.visibility_timeout_seconds);
                          return change_visibility_by_handle(
                              txn, **queue, entry.ReceiptHandle.value_or(""), seconds, ctx.now_ms);
                        });
                      });
}

}  // namespace cumulite::sqs
