#include <utility>

#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_logging(Context& ctx, const api::PutBucketLoggingRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!req.BucketLoggingStatus) return errors::malformed_xml();
  if (!req.BucketLoggingStatus->LoggingEnabled) {
    return delete_configuration(ctx, req, Configuration::kLogging);
  }
  const auto& logging = *req.BucketLoggingStatus->LoggingEnabled;
  if (!logging.TargetBucket || !logging.TargetPrefix) return errors::malformed_xml();
  const auto target = current_bucket(ctx.env.store, *logging.TargetBucket);
  if (!target || target->owner_account != bucket.owner_account) {
    return Error{"InvalidTargetBucketForLogging", "The target bucket for logging does not exist",
                 400}
        .with("TargetBucket", *logging.TargetBucket);
  }
  if (target->region != bucket.region) {
    Error error =
        Error{"CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ", 403}
            .with("TargetBucketLocation", target->region);
    if (bucket.region == "us-east-1") return error;
    return std::move(error).with("SourceBucketLocation", bucket.region);
  }
  return put_configuration(ctx, req, Configuration::kLogging, *req.BucketLoggingStatus);
}

Result<api::GetBucketLoggingOutput> get_bucket_logging(Context& ctx,
                                                       const api::GetBucketLoggingRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found =
      read_configuration<api::BucketLoggingStatus>(ctx.env.store, bucket, Configuration::kLogging);
  api::GetBucketLoggingOutput out;
  if (found) out.LoggingEnabled = std::move(found->LoggingEnabled);
  return out;
}

}  // namespace cumulite::s3
