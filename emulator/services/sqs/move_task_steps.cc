#include <algorithm>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/move_task.h"
#include "emulator/services/sqs/receiving.h"

/// How a message move task proceeds: each step is a due row, which moves some messages and
/// schedules the next.
namespace cumulite::sqs {
namespace {

constexpr std::size_t kMessagesAtOnce = 100;
constexpr std::size_t kMovedBytesMax = 1024 * 1024;
// A rate is kept by steps no shorter than this.
constexpr std::int64_t kStepMs = 100;
constexpr std::string_view kNoDestination = "AWS.SimpleQueueService.NonExistentQueue";

/// One run of a task's due row.
class MoveStep {
 public:
  MoveStep(SqsService& service, const DueRow& row, std::int64_t now_ms)
      : service_(service), env_(service.env()), row_(row), now_ms_(now_ms) {}

  void run() {
    const auto stored = env_.store.get(spaces::kSqs, row_.payload);
    if (!stored) return drop_step();
    source_ = service_.queues().find_arn(decode_move_task(*stored).source_arn);
    if (source_ == nullptr) return drop_step();
    // A task without a rate goes on at once, in transactions of a bounded size.
    while (move_some()) {
    }
  }

 private:
  void drop_step() {
    env_.store.transact({}, [&](storage::Txn& txn) { env_.due.remove(txn, row_); });
  }

  /// True if another transaction should follow at once.
  bool move_some() {
    const auto stored = env_.store.get(spaces::kSqs, row_.payload);
    if (!stored) return false;
    const std::string destination_arn = destination_of(decode_move_task(*stored));
    const QueuePointer destination = service_.queues().find_arn(destination_arn);
    storage::Domains domains = {tasks_domain(*source_), source_->contents_domain()};
    if (destination != nullptr) domains.push_back(destination->contents_domain());
    bool again = false;
    env_.store.transact(domains, [&](storage::Txn& txn) {
      again = false;
      const auto current = txn.get(spaces::kSqs, row_.payload);
      if (!current) return env_.due.remove(txn, row_);
      MoveTask task = decode_move_task(*current);
      if (task.status != task_status::kRunning || source_->is_deleted()) {
        return env_.due.remove(txn, row_);
      }
      source_->mailbox.open(txn, *source_->config(), now_ms_);
      const bool has_more = move_messages(txn, task, destination.get(), destination_arn);
      if (!has_more) {
        if (task.status == task_status::kRunning) task.status = task_status::kCompleted;
        env_.due.remove(txn, row_);
      } else if (task.per_second > 0) {
        env_.due.remove(txn, row_);
        env_.due.schedule(txn, step_of(*source_, task, now_ms_ + interval_ms(task)));
      } else {
        again = true;
      }
      txn.put(spaces::kSqs, row_.payload, encode_move_task(task));
    });
    return again;
  }

  /// Where the next message goes; empty if there is none, or it is not known.
  std::string destination_of(const MoveTask& task) {
    if (!task.destination_arn.empty()) return task.destination_arn;
    return env_.store.transact({source_->contents_domain()}, [&](storage::Txn& txn) -> std::string {
      source_->mailbox.open(txn, *source_->config(), now_ms_);
      const auto next = source_->mailbox.index().pick(1);
      if (next.empty()) return {};
      const auto message = source_->mailbox.read(txn, next.front());
      return message ? message->record.head.dead_letter_source_arn : std::string();
    });
  }

  /// Moves as many as this step may; false when the task is over.
  bool move_messages(storage::Txn& txn, MoveTask& task, Queue* destination,
                     const std::string& destination_arn) {
    Mailbox& mailbox = source_->mailbox;
    const auto picked = mailbox.index().pick(count_of(task));
    if (picked.empty()) return false;
    if (destination == nullptr || destination->is_deleted()) {
      task.status = task_status::kFailed;
      task.failure_reason = kNoDestination;
      return false;
    }
    destination->mailbox.open(txn, *destination->config(), now_ms_);
    std::size_t bytes = 0;
    std::size_t moved = 0;
    for (const std::uint64_t sequence : picked) {
      auto message = mailbox.read(txn, sequence);
      if (!message) continue;
      // Messages of another origin wait for a transaction over their own queue.
      if (task.destination_arn.empty() &&
          message->record.head.dead_letter_source_arn != destination_arn) {
        break;
      }
      bytes += message->record.head.size_bytes;
      if (moved > 0 && bytes > kMovedBytesMax) break;
      move_message(txn, *source_, *destination, std::move(*message), MoveKind::kRedrive, now_ms_);
      ++moved;
    }
    task.moved += moved;
    return mailbox.index().counts().ready > moved;
  }

  static std::size_t count_of(const MoveTask& task) {
    if (task.per_second == 0) return kMessagesAtOnce;
    return std::max<std::size_t>(1, task.per_second * kStepMs / 1000);
  }

  static std::int64_t interval_ms(const MoveTask& task) {
    return static_cast<std::int64_t>(count_of(task)) * 1000 / task.per_second;
  }

  SqsService& service_;
  Environment& env_;
  const DueRow& row_;
  const std::int64_t now_ms_;
  QueuePointer source_;
};

}  // namespace

void register_move_tasks(SqsService& service) {
  service.env().due.register_kind(
      std::string(kMoveDueKind),
      [&service](const DueRow& row, std::int64_t now_ms) { MoveStep(service, row, now_ms).run(); });
}

}  // namespace cumulite::sqs
