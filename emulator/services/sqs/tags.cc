#include "emulator/services/sqs/tags.h"

#include <algorithm>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_rules.h"

namespace cumulite::sqs {
namespace {

constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kKeyCharactersMax = 128;
constexpr std::size_t kValueCharactersMax = 256;

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

}  // namespace

Result<void> merge_tags(const model::Map<std::string>& added,
                        std::vector<std::pair<std::string, std::string>>& tags) {
  for (const auto& [key, value] : added) {
    if (key.empty() || characters(key) > kKeyCharactersMax) {
      return errors::invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
    }
    if (characters(value) > kValueCharactersMax) {
      return errors::invalid_parameter(
          "Tag values must be between 0 and 256 characters in length.");
    }
    const std::string& wanted = key;
    const auto same = std::find_if(tags.begin(), tags.end(),
                                   [&](const auto& tag) { return tag.first == wanted; });
    if (same == tags.end()) {
      tags.emplace_back(key, value);
    } else {
      same->second = value;
    }
  }
  if (tags.size() > kTagsMax) {
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
        std::erase_if(config.tags, [&](const auto& tag) {
          return std::find(req.TagKeys->begin(), req.TagKeys->end(), tag.first) !=
                 req.TagKeys->end();
        });
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
