#include <algorithm>
#include <string_view>
#include <utility>

#include "emulator/core/ids.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/event_source/mapping.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"

namespace cumulite::lambda {
namespace {

/// The event source mapping that the Resource parameter names; null if it names something else.
Result<functions::EventSourcePtr> tagged_mapping(Context& ctx,
                                                 const std::optional<std::string>& resource) {
  constexpr std::string_view kMark = ":event-source-mapping:";
  const std::size_t at = resource ? resource->find(kMark) : std::string::npos;
  if (at == std::string::npos) return functions::EventSourcePtr{};
  auto source = find_mapping(ctx, resource->substr(at + kMark.size()));
  // Another region's or account's is not found here.
  if (source.ok() && (*source)->arn() == *resource) return source;
  return errors::resource_not_found("Event source mapping not found: " + *resource);
}

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
  CUMULITE_ASSIGN(const auto mapping, tagged_mapping(ctx, resource));
  if (mapping) {
    functions::EventSource source = *mapping;
    change(source.tags);
    if (source.tags.size() > errors::kTagsMax) return errors::too_many_tags();
    CUMULITE_TRY(sources_of(ctx).put(std::move(source)));
    return model::Unit{};
  }
  CUMULITE_ASSIGN(const auto id, tagged(resource));
  return ctx.env.store.transact(functions::rows::domains_of(id),
                                [&](storage::Txn& txn) -> Result<model::Unit> {
                                  CUMULITE_ASSIGN(auto function, require_function(txn, id));
                                  change(function.tags);
                                  function.latest.configuration.RevisionId = ids::uuid();
                                  if (function.tags.size() > errors::kTagsMax) {
                                    return errors::too_many_tags();
                                  }
                                  functions::rows::put_function(txn, id, function);
                                  return model::Unit{};
                                });
}

}  // namespace

Result<model::Unit> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  if (!req.Tags || req.Tags->empty()) {
    return errors::invalid_parameter("An error occurred and the request cannot be processed.");
  }
  return change_tags(ctx, req.Resource, [&](auto& tags) {
    for (const auto& tag : req.Tags.value_or(model::Map<std::string>())) {
      std::erase_if(tags, [&](const auto& known) { return known.first == tag.first; });
      tags.push_back(tag);
    }
  });
}

Result<model::Unit> untag_resource(Context& ctx, const api::UntagResourceRequest& req) {
  if (!req.TagKeys || req.TagKeys->empty()) {
    return Error{"ValidationException",
                 "1 validation error detected: Value null at 'tagKeys' failed to satisfy "
                 "constraint: Member must not be null",
                 400};
  }
  return change_tags(ctx, req.Resource, [&](auto& tags) {
    for (const auto& key : req.TagKeys.value_or(std::vector<std::string>()))
      std::erase_if(tags, [&](const auto& known) { return known.first == key; });
  });
}

Result<api::ListTagsResponse> list_tags(Context& ctx, const api::ListTagsRequest& req) {
  CUMULITE_ASSIGN(const auto mapping, tagged_mapping(ctx, req.Resource));
  if (mapping) return api::ListTagsResponse{.Tags = mapping->tags};
  CUMULITE_ASSIGN(const auto id, tagged(req.Resource));
  CUMULITE_ASSIGN(auto function, require_function(ctx.env.store, id));
  return api::ListTagsResponse{.Tags = std::move(function.tags)};
}

}  // namespace cumulite::lambda
