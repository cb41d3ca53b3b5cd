#include <utility>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_rules.h"
#include "protocol/time_units.h"

namespace cumulite::sqs {
namespace {

constexpr std::int64_t kPurgeIntervalMs = kMinuteMs;

// AWS refuses every second purge. Suites that purge between their tests could not run against it,
// so by default only a purge that has nothing new to drop is refused.
bool is_too_early(const Context& ctx, const Queue& queue, const QueueConfig& config) {
  const SqsCooldowns cooldowns = ctx.env.settings.sqs_cooldowns;
  if (cooldowns == SqsCooldowns::kOff || config.purged_ms == 0) return false;
  if (config.purged_ms + kPurgeIntervalMs <= ctx.now_ms) return false;
  return cooldowns == SqsCooldowns::kStrict || queue.mailbox.is_untouched();
}

}  // namespace

Result<Unit> purge_queue(Context& ctx, const api::PurgeQueueRequest& req) {
  auto found = find_queue(ctx, req.QueueUrl, "PurgeQueue");
  if (!found.ok()) return std::move(found).error();
  Queue& queue = **found;
  auto purged = ctx.env.store.transact({queue.definition_domain(), queue.contents_domain()},
                                       [&](storage::Txn& txn) -> Result<void> {
                                         if (queue.is_deleted())
                                           return errors::queue_does_not_exist();
                                         QueueConfig config = *queue.config();
                                         queue.mailbox.open(txn, config, ctx.now_ms);
                                         if (is_too_early(ctx, queue, config))
                                           return errors::purge_in_progress(queue.name);
                                         queue.mailbox.purge(txn);
                                         config.purged_ms = ctx.now_ms;
                                         store_definition(txn, queue, std::move(config));
                                         return {};
                                       });
  if (!purged.ok()) return std::move(purged).error();
  return Unit{};
}

}  // namespace cumulite::sqs
