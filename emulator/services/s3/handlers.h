#pragma once

#include "api/s3.h"
#include "emulator/core/context.h"
#include "protocol/result.h"

/// The operations of S3 that are built, one function each; operations.cc makes rows of them.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
namespace cumulite::s3 {

// bucket/
Result<api::CreateBucketOutput> create_bucket(Context& ctx, const api::CreateBucketRequest& req);
Result<model::Unit> delete_bucket(Context& ctx, const api::DeleteBucketRequest& req);
Result<api::HeadBucketOutput> head_bucket(Context& ctx, const api::HeadBucketRequest& req);
Result<api::ListBucketsOutput> list_buckets(Context& ctx, const api::ListBucketsRequest& req);
Result<api::GetBucketLocationOutput> get_bucket_location(Context& ctx,
                                                         const api::GetBucketLocationRequest& req);

// object/
Result<api::PutObjectOutput> put_object(Context& ctx, const api::PutObjectRequest& req);
Result<api::GetObjectOutput> get_object(Context& ctx, const api::GetObjectRequest& req);
Result<api::HeadObjectOutput> head_object(Context& ctx, const api::HeadObjectRequest& req);
Result<api::DeleteObjectOutput> delete_object(Context& ctx, const api::DeleteObjectRequest& req);
Result<api::DeleteObjectsOutput> delete_objects(Context& ctx, const api::DeleteObjectsRequest& req);
Result<api::CopyObjectOutput> copy_object(Context& ctx, const api::CopyObjectRequest& req);
Result<api::GetObjectAttributesOutput> get_object_attributes(
    Context& ctx, const api::GetObjectAttributesRequest& req);

// listing/
Result<api::ListObjectsOutput> list_objects(Context& ctx, const api::ListObjectsRequest& req);
Result<api::ListObjectsV2Output> list_objects_v2(Context& ctx,
                                                 const api::ListObjectsV2Request& req);
Result<api::ListObjectVersionsOutput> list_object_versions(
    Context& ctx, const api::ListObjectVersionsRequest& req);

}  // namespace cumulite::s3
