#include "emulator/services/sqs/queue_access.h"

#include "emulator/services/sqs/policy.h"
#include "emulator/services/sqs/queue_url.h"

namespace cumulite::sqs {

Result<QueuePointer> find_queue(Context& ctx, const std::optional<std::string>& url,
                                std::string_view action) {
  if (!url || url->empty()) return errors::missing_parameter("QueueUrl");
  const auto address = parse_queue_url(*url);
  // An address without a path names no queue (seen at AWS).
  if (!address) return errors::queue_does_not_exist();
  const Caller& caller = ctx.caller;
  const std::string& account = address->account.empty() ? caller.account_id : address->account;
  const std::string& region = address->region.empty() ? caller.region : address->region;
  const QueueDirectory& queues = service_of(ctx).queues();

  QueuePointer queue = queues.find(account, region, address->name);
  if (ctx.env.settings.auth == AuthMode::kEnforce) {
    if (queue == nullptr) return errors::queue_does_not_exist();
    if (!may_access(ctx, *queue->config(), action)) {
      return errors::access_denied(action, queue->arn);
    }
    return queue;
  }
  if (queue == nullptr) queue = queues.find(account, caller.region, address->name);
  if (queue == nullptr) queue = queues.find(caller.account_id, region, address->name);
  if (queue == nullptr) queue = queues.find(caller.account_id, caller.region, address->name);
  if (queue == nullptr) return errors::queue_does_not_exist();
  return queue;
}

std::string url_of(const Context& ctx, const Queue& queue) {
  std::string url = ctx.client_url();
  url.reserve(url.size() + queue.account.size() + queue.name.size() + 2);
  url.append("/").append(queue.account).append("/").append(queue.name);
  return url;
}

}  // namespace cumulite::sqs
