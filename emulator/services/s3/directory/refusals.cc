#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/versions.h"

/// Operations that general purpose buckets do not have. Each answers what such a bucket answers:
/// first what is not there, then that the method is not allowed against it.
namespace cumulite::s3 {

/// Sessions belong to directory buckets.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html
Result<api::CreateSessionOutput> create_session(Context& ctx,
                                                const api::CreateSessionRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  return errors::method_not_allowed(ctx.request.method, "BUCKET");
}

/// Only objects of the class EXPRESS_ONEZONE can be renamed.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_RenameObject.html
Result<api::RenameObjectOutput> rename_object(Context& ctx, const api::RenameObjectRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  return errors::method_not_allowed(ctx.request.method, "OBJECT");
}

/// There are no directory buckets here (CreateBucket refuses to make one), so the list is empty.
Result<api::ListDirectoryBucketsOutput> list_directory_buckets(
    Context&, const api::ListDirectoryBucketsRequest&) {
  api::ListDirectoryBucketsOutput out;
  out.Buckets.emplace();
  return out;
}

/// S3 gave BitTorrent up in 2022.
Result<api::GetObjectTorrentOutput> get_object_torrent(Context& ctx,
                                                       const api::GetObjectTorrentRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(find_object(ctx, ctx.env.store, bucket, *req.Key, std::nullopt));
  return errors::method_not_allowed(ctx.request.method, "TORRENT");
}

/// Answers a GET through an Object Lambda access point. There is none here, so no request that a
/// route and token could name is waiting.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3ObjectLambdaErrorCodeList
Result<model::Unit> write_get_object_response(Context&,
                                              const api::WriteGetObjectResponseRequest& req) {
  return Error{"ValidationError", "Invalid token", 400}.with("RequestRoute",
                                                             req.RequestRoute.value_or(""));
}

}  // namespace cumulite::s3
