#include <algorithm>

#include "emulator/services/logs/access.h"
#include "emulator/services/logs/operations.h"

namespace cumulite::logs {
namespace {

constexpr std::size_t kTagsMax = 50;

Result<GroupRef> tagged_group(const std::optional<std::string>& arn) {
  auto ref = parse_group_arn(*arn);
  if (!ref) return errors::invalid_parameter("The specified resourceArn is invalid.");
  return std::move(*ref);
}

Result<void> merge(const model::Map<std::string>& added, Group& group) {
  for (const auto& [name, value] : added) {
    if (name.starts_with("aws:")) {
      return errors::invalid_parameter("Tag keys must not begin with aws:");
    }
    const std::string& key = name;
    const auto same = std::find_if(group.tags.begin(), group.tags.end(),
                                   [&](const auto& tag) { return tag.first == key; });
    if (same == group.tags.end()) {
      group.tags.emplace_back(name, value);
    } else {
      same->second = value;
    }
  }
  if (group.tags.size() > kTagsMax) return errors::too_many_tags();
  return {};
}

void remove(const std::vector<std::string>& names, Group& group) {
  std::erase_if(group.tags, [&](const auto& tag) {
    return std::find(names.begin(), names.end(), tag.first) != names.end();
  });
}

Result<model::Unit> tag(Context& ctx, const GroupRef& ref, const model::Map<std::string>& added,
                        const Error& not_found) {
  CUMULITE_TRY(change_group(
      ctx, ref, [&](storage::Txn&, Group& group) { return merge(added, group); }, not_found));
  return model::Unit{};
}

Result<model::Unit> untag(Context& ctx, const GroupRef& ref, const std::vector<std::string>& names,
                          const Error& not_found) {
  CUMULITE_TRY(change_group(
      ctx, ref,
      [&](storage::Txn&, Group& group) -> Result<void> {
        remove(names, group);
        return {};
      },
      not_found));
  return model::Unit{};
}

}  // namespace

Result<model::Unit> tag_log_group(Context& ctx, const api::TagLogGroupRequest& req) {
  return tag(ctx, group_ref(ctx, *req.logGroupName), *req.tags, errors::group_not_found());
}

Result<model::Unit> untag_log_group(Context& ctx, const api::UntagLogGroupRequest& req) {
  return untag(ctx, group_ref(ctx, *req.logGroupName), *req.tags, errors::group_not_found());
}

Result<api::ListTagsLogGroupResponse> list_tags_log_group(Context& ctx,
                                                          const api::ListTagsLogGroupRequest& req) {
  const auto group = load_group(ctx.env.store, group_ref(ctx, *req.logGroupName));
  if (!group) return errors::group_not_found();
  return api::ListTagsLogGroupResponse{.tags = group->tags};
}

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_ASSIGN(const GroupRef ref, tagged_group(req.resourceArn));
  return tag(ctx, ref, *req.tags, errors::resource_not_found());
}

Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req) {
  CUMULITE_ASSIGN(const GroupRef ref, tagged_group(req.resourceArn));
  return untag(ctx, ref, *req.tagKeys, errors::resource_not_found());
}

Result<api::ListTagsForResourceResponse> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req) {
  CUMULITE_ASSIGN(const GroupRef ref, tagged_group(req.resourceArn));
  const auto group = load_group(ctx.env.store, ref);
  if (!group) return errors::resource_not_found();
  return api::ListTagsForResourceResponse{.tags = group->tags};
}

}  // namespace cumulite::logs
