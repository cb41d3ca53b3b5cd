#include <utility>

#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_attributes.h"
#include "emulator/services/sqs/queue_rules.h"
#include "emulator/services/sqs/record.h"
#include "emulator/services/sqs/tags.h"
#include "protocol/time_units.h"

namespace cumulite::sqs {
namespace {

// How long the name of a deleted queue stays taken.
constexpr std::int64_t kDeletedNameMs = kMinuteMs;
// Sequences begin at the time of creation, so that they rise across queues of one name too.
constexpr int kSequenceTimeShift = 16;

Result<QueueConfig> define_queue(Context& ctx, const api::CreateQueueRequest& req) {
  QueueConfig config;
  const Attributes attributes = req.Attributes.value_or(Attributes());
  auto fifo = asks_for_fifo(attributes);
  if (!fifo.ok()) return std::move(fifo).error();
  config.fifo = *fifo;
  config.name = req.QueueName.value_or("");
  CUMULITE_TRY(check_queue_name(config.name, config.fifo));
  config.id = ids::random_u64();
  config.account = ctx.caller.account_id;
  config.region = ctx.caller.region;
  config.created_ms = config.modified_ms = ctx.now_ms;
  CUMULITE_TRY(apply_attributes(attributes, AttributeUse::kCreate, config));
  CUMULITE_TRY(check_dead_letter_queue(service_of(ctx), config));
  if (req.tags) CUMULITE_TRY(merge_tags(*req.tags, config.tags));
  return config;
}

// The same call again is no error, unless it asks for something else.
Result<QueuePointer> existing_queue(const QueuePointer& queue, const QueueConfig& wanted,
                                    const api::CreateQueueRequest& req) {
  if (req.Attributes) {
    const auto difference = first_difference(*req.Attributes, *queue->config(), wanted);
    if (difference) return errors::queue_exists_with_other(*difference);
  }
  return queue;
}

bool was_deleted_recently(const storage::Reader& reader, const std::string& deletion_key,
                          std::int64_t now_ms) {
  const auto row = reader.get(spaces::kSqs, deletion_key);
  return row && RecordReader(*row).i64() + kDeletedNameMs > now_ms;
}

}  // namespace

Result<api::CreateQueueResult> create_queue(Context& ctx, const api::CreateQueueRequest& req) {
  auto defined = define_queue(ctx, req);
  if (!defined.ok()) return std::move(defined).error();
  const QueueConfig& config = *defined;
  QueueDirectory& queues = service_of(ctx).queues();
  const std::string key = keys::queue(config.account, config.region, config.name);
  const std::string deletion_key = keys::deletion(config.account, config.region, config.name);
  const storage::Domains domains = {storage::Domain::exclusive_on(spaces::kSqs, key),
                                    storage::Domain::exclusive_on(spaces::kSqs, deletion_key)};
  auto queue = ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<QueuePointer> {
    if (auto found = queues.find(config.account, config.region, config.name)) {
      return existing_queue(found, config, req);
    }
    if (ctx.env.settings.sqs_cooldowns != SqsCooldowns::kOff &&
        was_deleted_recently(txn, deletion_key, ctx.now_ms)) {
      return errors::queue_deleted_recently();
    }
    auto made = std::make_shared<Queue>(config);
    made->mailbox.start_empty(static_cast<std::uint64_t>(config.created_ms) << kSequenceTimeShift);
    txn.put(spaces::kSqs, key, encode_queue(config));
    txn.del(spaces::kSqs, deletion_key);
    txn.on_commit([&queues, made] { queues.add(made); });
    return made;
  });
  if (!queue.ok()) return std::move(queue).error();
  return api::CreateQueueResult{.QueueUrl = url_of(ctx, **queue)};
}

}  // namespace cumulite::sqs
