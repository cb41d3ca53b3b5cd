#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<api::HeadBucketOutput> head_bucket(Context& ctx, const api::HeadBucketRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::HeadBucketOutput out;
  out.BucketArn = "arn:aws:s3:::" + bucket.name;
  out.BucketRegion = bucket.region;
  out.AccessPointAlias = false;
  ctx.response.add_header("Content-Type", "application/xml");
  return out;
}

Result<api::GetBucketLocationOutput> get_bucket_location(Context& ctx,
                                                         const api::GetBucketLocationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::GetBucketLocationOutput out;
  // The element is there and empty for us-east-1, which has no constraint.
  out.LocationConstraint = bucket.region == "us-east-1" ? "" : bucket.region;
  if (bucket.european) out.LocationConstraint = "EU";
  return out;
}

}  // namespace cumulite::s3
