#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sqs/queue.h"
#include "emulator/services/sqs/service.h"

/// Message move tasks: redriving a dead-letter queue, step by step on the virtual clock.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
namespace cumulite::sqs {

inline constexpr std::string_view kMoveDueKind = "sqs.move";

namespace task_status {
inline constexpr std::string_view kRunning = "RUNNING";
inline constexpr std::string_view kCompleted = "COMPLETED";
inline constexpr std::string_view kCancelled = "CANCELLED";
inline constexpr std::string_view kFailed = "FAILED";
}  // namespace task_status

struct MoveTask {
  std::string id;
  std::string source_arn;
  std::string destination_arn;   ///< Empty: back to where each message came from.
  std::uint32_t per_second = 0;  ///< 0: as fast as it goes.
  std::string status;
  std::string failure_reason;
  std::uint64_t moved = 0;
  std::uint64_t to_move = 0;  ///< Messages in the source when the task started.
  std::int64_t started_ms = 0;
};

std::string encode_move_task(const MoveTask& task);
MoveTask decode_move_task(std::string_view row);

/// Key of a task's row, and the domain of all tasks of one source queue.
std::string key_of(const Queue& source, const MoveTask& task);
storage::Domain tasks_domain(const Queue& source);
/// The tasks of a source queue, the latest first, at most `limit`.
std::vector<MoveTask> list_tasks(const storage::Reader& reader, const Queue& source,
                                 std::size_t limit);

/// The due row that runs a task's next step.
DueRow step_of(const Queue& source, const MoveTask& task, std::int64_t due_ms);

/// What clients hold: base64 of JSON with id and source, as AWS's decode.
struct TaskHandle {
  std::string task_id;
  std::string source_arn;
};

std::string format_task_handle(const TaskHandle& handle);
std::optional<TaskHandle> parse_task_handle(std::string_view text);

/// Registers the due kind that runs the steps.
void register_move_tasks(SqsService& service);

}  // namespace cumulite::sqs
