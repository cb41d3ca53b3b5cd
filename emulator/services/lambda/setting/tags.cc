#include <algorithm>
#include <utility>

#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"

namespace cumulite::lambda {
namespace {

constexpr std::size_t kTagsMax = 50;

/// The function that the Resource parameter names; tags belong to whole functions.
Result<functions::FunctionId> tagged(const std::optional<std::string>& resource) {
  const auto named = functions::parse_function_arn(resource.value_or(""));
  if (!named) return errors::invalid_parameter("The resource is not a Lambda function.");
  if (!named->qualifier.empty()) {
    return errors::invalid_parameter(
        "Tags on function aliases and versions are not supported. Please specify a function ARN.");
  }
  return named->id;
}

template <class Change>
Result<model::Unit> change_tags(Context& ctx, const std::optional<std::string>& resource,
                                Change change) {
  CUMULITE_ASSIGN(const auto id, tagged(resource));
  return ctx.env.store.transact(
      functions::rows::domains_of(id), [&](storage::Txn& txn) -> Result<model::Unit> {
        CUMULITE_ASSIGN(auto function, require_function(txn, id));
        change(function.tags);
        if (function.tags.size() > kTagsMax)
          return errors::invalid_parameter("Too many tags: at most 50 are allowed.");
        functions::rows::put_function(txn, id, function);
        return model::Unit{};
      });
}

}  // namespace

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  return change_tags(ctx, req.Resource, [&](auto& tags) {
    for (const auto& tag : req.Tags.value_or(model::Map<std::string>())) {
      std::erase_if(tags, [&](const auto& known) { return known.first == tag.first; });
      tags.push_back(tag);
    }
  });
}

Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req) {
  return change_tags(ctx, req.Resource, [&](auto& tags) {
    for (const auto& key : req.TagKeys.value_or(std::vector<std::string>()))
      std::erase_if(tags, [&](const auto& known) { return known.first == key; });
  });
}

Result<api::ListTagsResponse> list_tags(Context& ctx, const api::ListTagsRequest& req) {
  CUMULITE_ASSIGN(const auto id, tagged(req.Resource));
  CUMULITE_ASSIGN(auto function, require_function(ctx.env.store, id));
  return api::ListTagsResponse{.Tags = std::move(function.tags)};
}

}  // namespace cumulite::lambda
