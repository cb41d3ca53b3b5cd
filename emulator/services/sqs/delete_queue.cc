#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/record.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sqs {

Result<Unit> delete_queue(Context& ctx, const api::DeleteQueueRequest& req) {
  auto found = find_queue(ctx, req.QueueUrl, "DeleteQueue");
  if (!found.ok()) return std::move(found).error();
  const QueuePointer queue = *found;
  QueueDirectory& queues = service_of(ctx).queues();
  const std::string deletion_key = keys::deletion(queue->account, queue->region, queue->name);
  const storage::Domains domains = {queue->definition_domain(), queue->contents_domain(),
                                    storage::Domain::exclusive_on(spaces::kSqs, deletion_key)};
  auto deleted = ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    if (queue->is_deleted()) return errors::queue_does_not_exist();
    txn.del(spaces::kSqs, queue->key);
    txn.del_range(spaces::kSqsMessages, queue->contents, storage::prefix_end(queue->contents));
    std::string row;
    RecordWriter(row).i64(ctx.now_ms);
    txn.put(spaces::kSqs, deletion_key, row);
    // Those who wait for messages learn that there will be none.
    txn.notify(queue->topic);
    txn.on_commit([&queues, queue] {
      queue->mark_deleted();
      queues.remove(*queue);
    });
    return {};
  });
  if (!deleted.ok()) return std::move(deleted).error();
  return Unit{};
}

}  // namespace cumulite::sqs
