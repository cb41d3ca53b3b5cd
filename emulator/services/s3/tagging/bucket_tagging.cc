#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/tagging/tags.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_tagging(Context& ctx, const api::PutBucketTaggingRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!req.Tagging) return errors::malformed_xml();
  const auto set = req.Tagging->TagSet.value_or(std::vector<api::Tag>{});
  CUMULITE_TRY(read_tag_set(set, TagOwner::kBucket));
  ctx.response.status = 204;
  return put_configuration(ctx, req, Configuration::kTagging, api::Tagging{set});
}

Result<api::GetBucketTaggingOutput> get_bucket_tagging(Context& ctx,
                                                       const api::GetBucketTaggingRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto tagging = read_configuration<api::Tagging>(ctx.env.store, bucket, Configuration::kTagging);
  if (!tagging || !tagging->TagSet || tagging->TagSet->empty()) {
    return errors::no_such_configuration("NoSuchTagSet", "The TagSet does not exist", bucket.name);
  }
  return api::GetBucketTaggingOutput{std::move(tagging->TagSet)};
}

Result<model::Unit> delete_bucket_tagging(Context& ctx,
                                          const api::DeleteBucketTaggingRequest& req) {
  return delete_configuration(ctx, req, Configuration::kTagging);
}

}  // namespace cumulite::s3
