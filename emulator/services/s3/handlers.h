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

// multipart/
Result<api::CreateMultipartUploadOutput> create_multipart_upload(
    Context& ctx, const api::CreateMultipartUploadRequest& req);
Result<api::AbortMultipartUploadOutput> abort_multipart_upload(
    Context& ctx, const api::AbortMultipartUploadRequest& req);
Result<api::UploadPartOutput> upload_part(Context& ctx, const api::UploadPartRequest& req);
Result<api::UploadPartCopyOutput> upload_part_copy(Context& ctx,
                                                   const api::UploadPartCopyRequest& req);
Result<api::CompleteMultipartUploadOutput> complete_multipart_upload(
    Context& ctx, const api::CompleteMultipartUploadRequest& req);
Result<api::ListPartsOutput> list_parts(Context& ctx, const api::ListPartsRequest& req);
Result<api::ListMultipartUploadsOutput> list_multipart_uploads(
    Context& ctx, const api::ListMultipartUploadsRequest& req);

// notification/
Result<model::Unit> put_bucket_notification_configuration(
    Context& ctx, const api::PutBucketNotificationConfigurationRequest& req);
Result<api::NotificationConfiguration> get_bucket_notification_configuration(
    Context& ctx, const api::GetBucketNotificationConfigurationRequest& req);

// tagging/
Result<api::PutObjectTaggingOutput> put_object_tagging(Context& ctx,
                                                       const api::PutObjectTaggingRequest& req);
Result<api::GetObjectTaggingOutput> get_object_tagging(Context& ctx,
                                                       const api::GetObjectTaggingRequest& req);
Result<api::DeleteObjectTaggingOutput> delete_object_tagging(
    Context& ctx, const api::DeleteObjectTaggingRequest& req);
Result<model::Unit> put_bucket_tagging(Context& ctx, const api::PutBucketTaggingRequest& req);
Result<api::GetBucketTaggingOutput> get_bucket_tagging(Context& ctx,
                                                       const api::GetBucketTaggingRequest& req);
Result<model::Unit> delete_bucket_tagging(Context& ctx, const api::DeleteBucketTaggingRequest& req);

// configuration/
Result<model::Unit> put_bucket_versioning(Context& ctx, const api::PutBucketVersioningRequest& req);
Result<api::GetBucketVersioningOutput> get_bucket_versioning(
    Context& ctx, const api::GetBucketVersioningRequest& req);

}  // namespace cumulite::s3
