#include "emulator/services/sqs/move_task.h"

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/record.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sqs {
namespace {

/// What is in the row, in its order on disk.
void task_fields(auto& row, auto& task) {
  row.fields(task.id, task.source_arn, task.destination_arn, task.status, task.failure_reason,
             task.per_second, task.moved, task.to_move, task.started_ms);
}

}  // namespace

std::string encode_move_task(const MoveTask& task) {
  std::string row;
  RecordWriter writer(row);
  task_fields(writer, task);
  return row;
}

MoveTask decode_move_task(std::string_view row) {
  RecordReader reader(row);
  MoveTask task;
  task_fields(reader, task);
  return task;
}

std::string key_of(const Queue& source, const MoveTask& task) {
  return keys::move_task(source.key, task.started_ms, task.id);
}

storage::Domain tasks_domain(const Queue& source) {
  return storage::Domain::exclusive_on(spaces::kSqs, keys::move_tasks(source.key));
}

std::vector<MoveTask> list_tasks(const storage::Reader& reader, const Queue& source,
                                 std::size_t limit) {
  const std::string prefix = keys::move_tasks(source.key);
  const auto page = reader.range(spaces::kSqs, prefix, storage::prefix_end(prefix),
                                 {.limit = limit, .reverse = true});
  std::vector<MoveTask> tasks;
  for (const auto& row : page.rows) tasks.push_back(decode_move_task(row.value));
  return tasks;
}

DueRow step_of(const Queue& source, const MoveTask& task, std::int64_t due_ms) {
  return {.account = source.account,
          .due_ms = due_ms,
          .kind = std::string(kMoveDueKind),
          .id = task.id,
          .payload = key_of(source, task)};
}

std::string format_task_handle(const TaskHandle& handle) {
  const nlohmann::ordered_json document = {{"taskId", handle.task_id},
                                           {"sourceArn", handle.source_arn}};
  return codec::base64_encode(document.dump());
}

std::optional<TaskHandle> parse_task_handle(std::string_view text) {
  const auto bytes = codec::base64_decode(text);
  if (!bytes) return std::nullopt;
  const auto document = nlohmann::json::parse(*bytes, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  TaskHandle handle;
  for (const auto& [name, member] :
       {std::pair{"taskId", &handle.task_id}, std::pair{"sourceArn", &handle.source_arn}}) {
    const auto found = document.find(name);
    if (found == document.end() || !found->is_string()) return std::nullopt;
    *member = found->get<std::string>();
  }
  return handle;
}

}  // namespace cumulite::sqs
