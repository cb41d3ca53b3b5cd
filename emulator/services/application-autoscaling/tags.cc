#include <functional>

#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/services/application-autoscaling/operations.h"

namespace cumulite::application_autoscaling {
namespace {

/// Key of the row of the target that the ARN names; nullopt if it is none of the caller's region.
std::optional<std::string> find_by_arn(const Context& ctx, const storage::Reader& reader,
                                       std::string_view text) {
  auto arn = parse_arn(text);
  const auto& caller = ctx.caller;
  if (!arn || !arn->is_of("application-autoscaling") || arn->region != caller.region ||
      arn->account != caller.account_id || !take_prefix(arn->resource, "scalable-target/")) {
    return std::nullopt;
  }
  return reader.get(spaces::kApplicationAutoScaling,
                    keys::arn_id(caller.account_id, caller.region, arn->resource));
}

Result<void> change_tags(Context& ctx, const std::string& arn,
                         const std::function<Result<void>(Target&)>& change) {
  return ctx.env.store.transact(
      scaling_domains(ctx.caller.account_id, ctx.caller.region),
      [&](storage::Txn& txn) -> Result<void> {
        const auto key = find_by_arn(ctx, txn, arn);
        if (!key) return errors::resource_not_found(arn);
        Target target = decode_target(*txn.get(spaces::kApplicationAutoScaling, *key));
        CUMULITE_TRY(change(target));
        txn.put(spaces::kApplicationAutoScaling, *key, encode_target(target));
        return {};
      });
}

Result<api::TagResourceResponse> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_TRY(change_tags(ctx, *req.ResourceARN, [&](Target& target) -> Result<void> {
    CUMULITE_ASSIGN(const bool fits, merge_tags(*req.Tags, target));
    if (!fits) return errors::too_many_tags(*req.ResourceARN);
    return {};
  }));
  return api::TagResourceResponse{};
}

Result<api::UntagResourceResponse> untag_resource(Context& ctx,
                                                  const api::UntagResourceRequest& req) {
  CUMULITE_TRY(change_tags(ctx, *req.ResourceARN, [&](Target& target) -> Result<void> {
    tags::erase(target.tags, *req.TagKeys);
    return {};
  }));
  return api::UntagResourceResponse{};
}

Result<api::ListTagsForResourceResponse> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req) {
  const storage::Reader& reader = ctx.env.store;
  const auto key = find_by_arn(ctx, reader, *req.ResourceARN);
  const auto row = key ? reader.get(spaces::kApplicationAutoScaling, *key) : std::nullopt;
  if (!row) return errors::resource_not_found(*req.ResourceARN);
  return api::ListTagsForResourceResponse{decode_target(*row).tags};
}

}  // namespace

Result<bool> merge_tags(const model::Map<std::string>& added, Target& target) {
  for (const auto& [key, value] : added) {
    if (key.starts_with("aws:")) {
      return errors::validation("Tag keys that begin with aws: are reserved for system use");
    }
    tags::set(target.tags, key, value);
  }
  return target.tags.size() <= tags::kTagsMax;
}

std::span<const OperationRow> tag_rows() {
  static const OperationRow rows[] = {
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::UntagResource, &untag_resource>(),
  };
  return rows;
}

}  // namespace cumulite::application_autoscaling
