#include <algorithm>
#include <utility>

#include "emulator/core/ids.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sqs/move_task.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/policy.h"
#include "emulator/services/sqs/queue_access.h"

namespace cumulite::sqs {
namespace {

constexpr std::int32_t kRateMax = 500;
constexpr std::int32_t kTasksMax = 10;

// The queue of an ARN parameter, for those of its account only.
Result<QueuePointer> queue_of_arn(Context& ctx, const std::optional<std::string>& arn,
                                  std::string_view parameter, std::string_view action) {
  if (!arn || arn->empty()) return errors::missing_parameter(parameter);
  if (!parse_queue_arn(*arn)) {
    return errors::invalid_parameter(
        "You must use this format to specify the " + std::string(parameter) +
        ": arn:<partition>:<service>:<region>:<account-id>:<resource-id>");
  }
  QueuePointer queue = service_of(ctx).queues().find_arn(*arn);
  if (queue == nullptr) return errors::resource_not_found(parameter);
  if (!may_access(ctx, *queue->config(), action)) {
    return errors::access_denied(action, queue->arn);
  }
  return queue;
}

bool is_dead_letter_queue(SqsService& service, const Queue& queue) {
  const auto all = service.queues().list({queue.account, queue.region, ""}, "", SIZE_MAX);
  return std::any_of(all.begin(), all.end(), [&](const QueuePointer& other) {
    const auto config = other->config();
    return config->redrive && config->redrive->dead_letter_arn == queue.arn;
  });
}

Result<void> check_destination(Context& ctx, const Queue& source,
                               const std::optional<std::string>& arn) {
  if (!arn || arn->empty()) return {};
  auto destination = queue_of_arn(ctx, arn, "DestinationArn", "StartMessageMoveTask");
  if (!destination.ok()) return std::move(destination).error();
  if ((*destination)->arn == source.arn) {
    return errors::invalid_parameter(
        "Source queue arn and destination queue arn cannot be the same.");
  }
  if ((*destination)->fifo != source.fifo) {
    return errors::invalid_parameter("Source and destination queues must be of the same type.");
  }
  return {};
}

Result<std::uint32_t> rate_of(const api::StartMessageMoveTaskRequest& req) {
  if (!req.MaxNumberOfMessagesPerSecond) return std::uint32_t{0};
  const std::int32_t rate = *req.MaxNumberOfMessagesPerSecond;
  if (rate < 1 || rate > kRateMax) {
    return errors::invalid_value(std::to_string(rate), "MaxNumberOfMessagesPerSecond",
                                 "You must enter a value between 1 and 500.");
  }
  return static_cast<std::uint32_t>(rate);
}

}  // namespace

Result<api::StartMessageMoveTaskResult> start_message_move_task(
    Context& ctx, const api::StartMessageMoveTaskRequest& req) {
  auto source = queue_of_arn(ctx, req.SourceArn, "SourceArn", "StartMessageMoveTask");
  if (!source.ok()) return std::move(source).error();
  Queue& queue = **source;
  auto rate = rate_of(req);
  if (!rate.ok()) return std::move(rate).error();
  if (!is_dead_letter_queue(service_of(ctx), queue)) {
    return errors::invalid_parameter("Source queue must be configured as a Dead Letter Queue.");
  }
  CUMULITE_TRY(check_destination(ctx, queue, req.DestinationArn));

  MoveTask task = {.id = ids::uuid(),
                   .source_arn = queue.arn,
                   .destination_arn = req.DestinationArn.value_or(""),
                   .per_second = *rate,
                   .status = std::string(task_status::kRunning),
                   .failure_reason = {},
                   .started_ms = ctx.now_ms};
  auto started = ctx.env.store.transact(
      {tasks_domain(queue), queue.contents_domain()}, [&](storage::Txn& txn) -> Result<void> {
        if (queue.is_deleted()) return errors::resource_not_found("SourceArn");
        auto earlier = list_tasks(txn, queue, kTasksMax);
        if (!earlier.empty() && earlier.front().status == task_status::kRunning) {
          return errors::invalid_parameter(
              "There is already a task running. Only one active task is allowed for a source queue "
              "arn at a given time.");
        }
        // Ten tasks are remembered.
        if (earlier.size() == kTasksMax) txn.del(spaces::kSqs, key_of(queue, earlier.back()));
        queue.mailbox.open(txn, *queue.config(), ctx.now_ms);
        task.to_move = queue.mailbox.index().size();
        txn.put(spaces::kSqs, key_of(queue, task), encode_move_task(task));
        ctx.env.due.schedule(txn, step_of(queue, task, ctx.now_ms));
        return {};
      });
  if (!started.ok()) return std::move(started).error();
  return api::StartMessageMoveTaskResult{.TaskHandle = format_task_handle({task.id, queue.arn})};
}

Result<api::ListMessageMoveTasksResult> list_message_move_tasks(
    Context& ctx, const api::ListMessageMoveTasksRequest& req) {
  auto source = queue_of_arn(ctx, req.SourceArn, "SourceArn", "ListMessageMoveTasks");
  if (!source.ok()) return std::move(source).error();
  const std::int32_t limit = req.MaxResults.value_or(1);
  if (limit < 1 || limit > kTasksMax) {
    return errors::invalid_value(std::to_string(limit), "MaxResults",
                                 "You must enter a value between 1 and 10.");
  }
  api::ListMessageMoveTasksResult answer;
  answer.Results.emplace();
  for (const MoveTask& task :
       list_tasks(ctx.env.store, **source, static_cast<std::size_t>(limit))) {
    auto& shown = answer.Results->emplace_back();
    if (task.status == task_status::kRunning) {
      shown.TaskHandle = format_task_handle({task.id, task.source_arn});
    }
    shown.Status = task.status;
    shown.SourceArn = task.source_arn;
    if (!task.destination_arn.empty()) shown.DestinationArn = task.destination_arn;
    if (task.per_second > 0) {
      shown.MaxNumberOfMessagesPerSecond = static_cast<std::int32_t>(task.per_second);
    }
    shown.ApproximateNumberOfMessagesMoved = static_cast<std::int64_t>(task.moved);
    shown.ApproximateNumberOfMessagesToMove = static_cast<std::int64_t>(task.to_move);
    if (!task.failure_reason.empty()) shown.FailureReason = task.failure_reason;
    shown.StartedTimestamp = task.started_ms;
  }
  return answer;
}

Result<api::CancelMessageMoveTaskResult> cancel_message_move_task(
    Context& ctx, const api::CancelMessageMoveTaskRequest& req) {
  if (!req.TaskHandle || req.TaskHandle->empty()) return errors::missing_parameter("TaskHandle");
  const auto handle = parse_task_handle(*req.TaskHandle);
  if (!handle) return errors::invalid_parameter("Value for parameter TaskHandle is invalid.");
  auto source = queue_of_arn(ctx, handle->source_arn, "SourceArn", "CancelMessageMoveTask");
  if (!source.ok()) return std::move(source).error();
  Queue& queue = **source;
  using Answer = api::CancelMessageMoveTaskResult;
  return ctx.env.store.transact({tasks_domain(queue)}, [&](storage::Txn& txn) -> Result<Answer> {
    for (MoveTask& task : list_tasks(txn, queue, kTasksMax)) {
      if (task.id != handle->task_id) continue;
      if (task.status != task_status::kRunning) return errors::task_not_cancellable();
      // The step that is due finds it cancelled and goes.
      task.status = task_status::kCancelled;
      txn.put(spaces::kSqs, key_of(queue, task), encode_move_task(task));
      return Answer{.ApproximateNumberOfMessagesMoved = static_cast<std::int64_t>(task.moved)};
    }
    return errors::task_not_found();
  });
}

}  // namespace cumulite::sqs
