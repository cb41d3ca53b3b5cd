#include <utility>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/policy.h"
#include "emulator/services/sqs/queue_access.h"

namespace cumulite::sqs {

Result<api::GetQueueUrlResult> get_queue_url(Context& ctx, const api::GetQueueUrlRequest& req) {
  if (!req.QueueName || req.QueueName->empty()) return errors::missing_parameter("QueueName");
  const Caller& caller = ctx.caller;
  const QueueDirectory& queues = service_of(ctx).queues();
  const std::string owner = req.QueueOwnerAWSAccountId.value_or(caller.account_id);
  QueuePointer queue = queues.find(owner, caller.region, *req.QueueName);
  const bool enforce = ctx.env.settings.auth == AuthMode::kEnforce;
  // Programs written for a real account name that as the owner.
  if (queue == nullptr && !enforce) {
    queue = queues.find(caller.account_id, caller.region, *req.QueueName);
  }
  if (queue == nullptr) return errors::queue_does_not_exist();
  if (!may_access(ctx, *queue->config(), "GetQueueUrl")) {
    return errors::access_denied("GetQueueUrl", queue->arn);
  }
  return api::GetQueueUrlResult{.QueueUrl = url_of(ctx, *queue)};
}

}  // namespace cumulite::sqs
