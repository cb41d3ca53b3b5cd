#include "emulator/services/sqs/service.h"

#include "emulator/core/admin_registry.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sqs/delivery.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/move_task.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/metrics.h"
#include "emulator/services/sqs/peeking.h"
#include "emulator/services/sqs/sqs_api.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sqs {
namespace {

class SnapshotRows final : public SnapshotPart {
 public:
  explicit SnapshotRows(SqsService& service) : service_(service) {}

  std::vector<RowRange> rows_of(std::string_view account) override {
    std::vector<RowRange> ranges;
    for (const std::string& prefix : keys::of_account(account)) {
      ranges.push_back(RowRange::below(spaces::kSqs, prefix));
    }
    for (const QueuePointer& queue : service_.queues().of_account(account)) {
      ranges.push_back(RowRange::below(spaces::kSqsMessages, queue->contents));
    }
    return ranges;
  }

  void reload(std::string_view account) override {
    (void)account;  // All of them: whoever holds a queue of before finds it deleted.
    service_.queues().clear({});
    service_.queues().load(service_.env().store);
  }

 private:
  SqsService& service_;
};

}  // namespace

SqsService::SqsService(Environment& env) : env_(env) {}

const model::ServiceModel& SqsService::model() const {
  return api::kModel;
}

std::span<const OperationRow> SqsService::rows() const {
  return operation_rows();
}

void SqsService::start() {
  queues_.load(env_.store);
  register_delivery(*this);
  register_move_tasks(*this);
  register_peeking(env_);
  register_metrics(*this);
  env_.admin.add_part(std::make_unique<SnapshotRows>(*this));
}

Result<void> SqsService::authorize(Context& ctx, const model::Operation& operation) {
  const bool names_a_queue = operation.name != "CreateQueue" && operation.name != "ListQueues";
  if (!ctx.caller.anonymous || names_a_queue) return {};
  return Service::authorize(ctx, operation);
}

bool SqsService::has_target(std::string_view arn) {
  return queues_.find_arn(arn) != nullptr;
}

void SqsService::drop_account(std::string_view account) {
  for (const QueuePointer& queue : queues_.of_account(account)) {
    env_.store.transact({queue->contents_domain()}, [&](storage::Txn& txn) {
      txn.del_range(spaces::kSqsMessages, queue->contents, storage::prefix_end(queue->contents));
      txn.on_commit([&queue] { queue->mark_deleted(); });
    });
  }
  for (const std::string& prefix : keys::of_account(account)) {
    env_.store.transact({storage::Domain::exclusive_on(spaces::kSqs, prefix)},
                        [&](storage::Txn& txn) {
                          txn.del_range(spaces::kSqs, prefix, storage::prefix_end(prefix));
                        });
  }
}

void SqsService::reset(std::string_view account) {
  queues_.clear(account);
}

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<SqsService>(env);
}

SqsService* find_service(Environment& env) {
  return static_cast<SqsService*>(env.services.find(api::kModel.id));
}

}  // namespace cumulite::sqs
