#include "emulator/services/sns/tags.h"

#include <set>

#include "emulator/core/tags.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"

namespace cumulite::sns {
namespace {

/// Tags are about topics; what is not there is ResourceNotFound.
Result<TopicPointer> tagged_topic(Context& ctx, const std::optional<std::string>& arn) {
  auto topic = find_topic(ctx, arn, "ResourceArn");
  if (!topic.ok() && topic.error().code == "NotFound") return errors::resource_not_found();
  return topic;
}

}  // namespace

Result<void> merge_tags(const std::vector<api::Tag>& added, Attributes& stored) {
  std::set<std::string> seen;
  for (const api::Tag& tag : added) {
    const std::string key = tag.Key.value_or("");
    const std::string value = tag.Value.value_or("");
    if (!tags::is_key(key) || key.starts_with("aws:")) {
      return errors::invalid_parameter("Tags",
                                       "Tag keys must be between 1 and 128 characters and "
                                       "must not begin with aws:");
    }
    if (!tags::is_value(value)) {
      return errors::invalid_parameter("Tags", "Tag values must be at most 256 characters");
    }
    if (!seen.insert(key).second) return errors::tags_not_distinct();
    tags::set(stored, key, value);
  }
  if (stored.size() > tags::kTagsMax) return errors::tag_limit();
  return {};
}

Result<api::TagResourceResponse> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, tagged_topic(ctx, req.ResourceArn));
  CUMULITE_TRY(change_topic(service_of(ctx), topic, [&](storage::Txn&, TopicConfig& config) {
    return merge_tags(req.Tags.value_or(std::vector<api::Tag>()), config.tags);
  }));
  return api::TagResourceResponse{};
}

Result<api::UntagResourceResponse> untag_resource(Context& ctx,
                                                  const api::UntagResourceRequest& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, tagged_topic(ctx, req.ResourceArn));
  const auto names = req.TagKeys.value_or(std::vector<std::string>());
  CUMULITE_TRY(
      change_topic(service_of(ctx), topic, [&](storage::Txn&, TopicConfig& config) -> Result<void> {
        tags::erase(config.tags, names);
        return {};
      }));
  return api::UntagResourceResponse{};
}

Result<api::ListTagsForResourceResponse> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, tagged_topic(ctx, req.ResourceArn));
  api::ListTagsForResourceResponse answer;
  answer.Tags.emplace();
  const auto state = topic->state();
  for (const auto& [key, value] : state->config.tags) {
    answer.Tags->push_back({.Key = key, .Value = value});
  }
  return answer;
}

}  // namespace cumulite::sns
