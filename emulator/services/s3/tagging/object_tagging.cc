#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/update.h"
#include "emulator/services/s3/tagging/tags.h"

namespace cumulite::s3 {

Result<api::PutObjectTaggingOutput> put_object_tagging(Context& ctx,
                                                       const api::PutObjectTaggingRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!req.Tagging) return errors::malformed_xml();
  CUMULITE_ASSIGN(
      const TextPairs tags,
      read_tag_set(req.Tagging->TagSet.value_or(std::vector<api::Tag>{}), TagOwner::kObject));
  CUMULITE_ASSIGN(const ObjectRecord record,
                  update_object(ctx, bucket.name, *req.Key, req.VersionId, "ObjectTagging:Put",
                                [&](const BucketRecord&, ObjectRecord& object) -> Result<void> {
                                  object.tags = tags;
                                  return {};
                                }));
  return api::PutObjectTaggingOutput{shown_version(bucket, record)};
}

Result<api::GetObjectTaggingOutput> get_object_tagging(Context& ctx,
                                                       const api::GetObjectTaggingRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto looked_up = find_unmarked(ctx, ctx.env.store, bucket, *req.Key, req.VersionId);
  // This operation alone names the bucket with the key.
  if (!looked_up.ok() && looked_up.error().code == "NoSuchKey") {
    return errors::no_such_key(bucket.name + "/" + *req.Key);
  }
  CUMULITE_ASSIGN(const FoundVersion found, std::move(looked_up));
  api::GetObjectTaggingOutput out;
  out.VersionId = shown_version(bucket, found.record);
  out.TagSet = write_tag_set(found.record.tags);
  return out;
}

Result<api::DeleteObjectTaggingOutput> delete_object_tagging(
    Context& ctx, const api::DeleteObjectTaggingRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const ObjectRecord record,
                  update_object(ctx, bucket.name, *req.Key, req.VersionId, "ObjectTagging:Delete",
                                [](const BucketRecord&, ObjectRecord& object) -> Result<void> {
                                  object.tags.clear();
                                  return {};
                                }));
  return api::DeleteObjectTaggingOutput{shown_version(bucket, record)};
}

}  // namespace cumulite::s3
