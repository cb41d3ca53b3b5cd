#include <utility>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_rules.h"

namespace cumulite::sqs {
namespace {

constexpr std::int64_t kPurgeIntervalMs = 60'000;

}  // namespace

Result<Unit> purge_queue(Context& ctx, const api::PurgeQueueRequest& req) {
  auto found = find_queue(ctx, req.QueueUrl, "PurgeQueue");
  if (!found.ok()) return std::move(found).error();
  Queue& queue = **found;
  auto purged = ctx.env.store.transact(
      {queue.definition_domain(), queue.contents_domain()}, [&](storage::Txn& txn) -> Result<void> {
        if (queue.is_deleted()) return errors::queue_does_not_exist();
        QueueConfig config = *queue.config();
        if (ctx.env.settings.sqs_cooldowns && config.purged_ms != 0 &&
            config.purged_ms + kPurgeIntervalMs > ctx.now_ms) {
          return errors::purge_in_progress(queue.name);
        }
        queue.mailbox.open(txn, config, ctx.now_ms);
        queue.mailbox.purge(txn);
        config.purged_ms = ctx.now_ms;
        store_definition(txn, queue, std::move(config));
        return {};
      });
  if (!purged.ok()) return std::move(purged).error();
  return Unit{};
}

}  // namespace cumulite::sqs
