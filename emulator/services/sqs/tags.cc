#include "emulator/services/sqs/tags.h"

#include "emulator/core/tags.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_rules.h"

namespace cumulite::sqs {

Result<void> merge_tags(const model::Map<std::string>& added, tags::Tags& stored) {
  for (const auto& [key, value] : added) {
    if (!tags::is_key(key)) {
      return errors::invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
    }
    if (!tags::is_value(value)) {
      return errors::invalid_parameter(
          "Tag values must be between 0 and 256 characters in length.");
    }
    tags::set(stored, key, value);
  }
  if (stored.size() > tags::kTagsMax) {
    return errors::invalid_parameter(
        "Too many tags added for queue. Maximum number of tags is 50.");
  }
  return {};
}

Result<Unit> tag_queue(Context& ctx, const api::TagQueueRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "TagQueue");
  if (!queue.ok()) return std::move(queue).error();
  if (!req.Tags || req.Tags->empty()) return errors::missing_parameter("Tags");
  auto changed = change_definition(
      ctx.env.store, **queue,
      [&](QueueConfig& config) -> Result<void> { return merge_tags(*req.Tags, config.tags); });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

Result<Unit> untag_queue(Context& ctx, const api::UntagQueueRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "UntagQueue");
  if (!queue.ok()) return std::move(queue).error();
  if (!req.TagKeys || req.TagKeys->empty()) {
    return errors::invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
  }
  auto changed =
      change_definition(ctx.env.store, **queue, [&](QueueConfig& config) -> Result<void> {
        tags::erase(config.tags, *req.TagKeys);
        return {};
      });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

Result<api::ListQueueTagsResult> list_queue_tags(Context& ctx,
                                                 const api::ListQueueTagsRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "ListQueueTags");
  if (!queue.ok()) return std::move(queue).error();
  api::ListQueueTagsResult answer;
  const auto config = (*queue)->config();
  if (!config->tags.empty()) answer.Tags = config->tags;
  return answer;
}

}  // namespace cumulite::sqs
