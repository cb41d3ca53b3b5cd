#include "emulator/core/arn.h"
#include "emulator/services/s3/control.h"
#include "emulator/services/s3control/operations.h"

namespace cumulite::s3control {

namespace {

/// The bucket that an ARN names. Access points, storage lens groups and access grants cannot be
/// made here, nor can directory buckets: none of them is found.
Result<std::string> bucket_of(const std::string& text) {
  const auto arn = parse_arn(text);
  if (!arn || (arn->service != "s3" && arn->service != "s3express")) {
    return errors::unsupported_arn();
  }
  const std::string_view resource = arn->resource;
  if (resource.starts_with("accesspoint/")) return errors::no_such_access_point();
  if (resource.starts_with("storage-lens-group/") || resource.starts_with("access-grants/")) {
    return errors::no_such_resource();
  }
  std::string_view name = resource;
  // "arn:aws:s3express:REGION:ACCOUNT:bucket/NAME"
  if (arn->service == "s3express") take_prefix(name, "bucket/");
  // Tags of objects are S3's own business.
  if (name.empty() || name.find_first_of("/:") != std::string_view::npos) {
    return errors::unsupported_arn();
  }
  return std::string(name);
}

Result<api::ListTagsForResourceResult> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req) {
  CUMULITE_ASSIGN(const std::string bucket, bucket_of(*req.ResourceArn));
  CUMULITE_ASSIGN(const tags::Tags found, s3::tags_of_bucket(ctx, bucket));
  api::ListTagsForResourceResult answer;
  auto& shown = answer.Tags.emplace();
  for (const auto& [key, value] : found) shown.push_back({key, value});
  return answer;
}

Result<api::TagResourceResult> tag_resource(Context& ctx, const api::TagResourceRequest& req) {
  CUMULITE_ASSIGN(const std::string bucket, bucket_of(*req.ResourceArn));
  tags::Tags added;
  for (const api::Tag& tag : *req.Tags) added.emplace_back(*tag.Key, *tag.Value);
  CUMULITE_TRY(s3::tag_bucket(ctx, bucket, added));
  return api::TagResourceResult{};
}

Result<api::UntagResourceResult> untag_resource(Context& ctx,
                                                const api::UntagResourceRequest& req) {
  CUMULITE_ASSIGN(const std::string bucket, bucket_of(*req.ResourceArn));
  CUMULITE_TRY(s3::untag_bucket(ctx, bucket, *req.TagKeys));
  return api::UntagResourceResult{};
}

}  // namespace

std::span<const OperationRow> tag_rows() {
  static const OperationRow rows[] = {
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::TagResource, &tag_resource>(),
      row<api::op::UntagResource, &untag_resource>(),
  };
  return rows;
}

}  // namespace cumulite::s3control
