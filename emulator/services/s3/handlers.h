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
Result<api::UpdateObjectEncryptionResponse> update_object_encryption(
    Context& ctx, const api::UpdateObjectEncryptionRequest& req);

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
Result<model::Unit> put_bucket_cors(Context& ctx, const api::PutBucketCorsRequest& req);
Result<api::GetBucketCorsOutput> get_bucket_cors(Context& ctx,
                                                 const api::GetBucketCorsRequest& req);
Result<model::Unit> delete_bucket_cors(Context& ctx, const api::DeleteBucketCorsRequest& req);
Result<model::Unit> put_bucket_encryption(Context& ctx, const api::PutBucketEncryptionRequest& req);
Result<api::GetBucketEncryptionOutput> get_bucket_encryption(
    Context& ctx, const api::GetBucketEncryptionRequest& req);
Result<model::Unit> delete_bucket_encryption(Context& ctx,
                                             const api::DeleteBucketEncryptionRequest& req);
Result<api::PutBucketLifecycleConfigurationOutput> put_bucket_lifecycle_configuration(
    Context& ctx, const api::PutBucketLifecycleConfigurationRequest& req);
Result<api::GetBucketLifecycleConfigurationOutput> get_bucket_lifecycle_configuration(
    Context& ctx, const api::GetBucketLifecycleConfigurationRequest& req);
Result<model::Unit> delete_bucket_lifecycle(Context& ctx,
                                            const api::DeleteBucketLifecycleRequest& req);
Result<model::Unit> put_bucket_logging(Context& ctx, const api::PutBucketLoggingRequest& req);
Result<api::GetBucketLoggingOutput> get_bucket_logging(Context& ctx,
                                                       const api::GetBucketLoggingRequest& req);
Result<api::PutObjectLockConfigurationOutput> put_object_lock_configuration(
    Context& ctx, const api::PutObjectLockConfigurationRequest& req);
Result<api::GetObjectLockConfigurationOutput> get_object_lock_configuration(
    Context& ctx, const api::GetObjectLockConfigurationRequest& req);
Result<api::PutObjectRetentionOutput> put_object_retention(
    Context& ctx, const api::PutObjectRetentionRequest& req);
Result<api::GetObjectRetentionOutput> get_object_retention(
    Context& ctx, const api::GetObjectRetentionRequest& req);
Result<api::PutObjectLegalHoldOutput> put_object_legal_hold(
    Context& ctx, const api::PutObjectLegalHoldRequest& req);
Result<api::GetObjectLegalHoldOutput> get_object_legal_hold(
    Context& ctx, const api::GetObjectLegalHoldRequest& req);
Result<model::Unit> put_bucket_ownership_controls(
    Context& ctx, const api::PutBucketOwnershipControlsRequest& req);
Result<api::GetBucketOwnershipControlsOutput> get_bucket_ownership_controls(
    Context& ctx, const api::GetBucketOwnershipControlsRequest& req);
Result<model::Unit> delete_bucket_ownership_controls(
    Context& ctx, const api::DeleteBucketOwnershipControlsRequest& req);
Result<model::Unit> put_public_access_block(Context& ctx,
                                            const api::PutPublicAccessBlockRequest& req);
Result<api::GetPublicAccessBlockOutput> get_public_access_block(
    Context& ctx, const api::GetPublicAccessBlockRequest& req);
Result<model::Unit> delete_public_access_block(Context& ctx,
                                               const api::DeletePublicAccessBlockRequest& req);
Result<model::Unit> put_bucket_replication(Context& ctx,
                                           const api::PutBucketReplicationRequest& req);
Result<api::GetBucketReplicationOutput> get_bucket_replication(
    Context& ctx, const api::GetBucketReplicationRequest& req);
Result<model::Unit> delete_bucket_replication(Context& ctx,
                                              const api::DeleteBucketReplicationRequest& req);
Result<model::Unit> put_bucket_accelerate_configuration(
    Context& ctx, const api::PutBucketAccelerateConfigurationRequest& req);
Result<api::GetBucketAccelerateConfigurationOutput> get_bucket_accelerate_configuration(
    Context& ctx, const api::GetBucketAccelerateConfigurationRequest& req);
Result<model::Unit> put_bucket_request_payment(Context& ctx,
                                               const api::PutBucketRequestPaymentRequest& req);
Result<api::GetBucketRequestPaymentOutput> get_bucket_request_payment(
    Context& ctx, const api::GetBucketRequestPaymentRequest& req);
Result<model::Unit> put_bucket_abac(Context& ctx, const api::PutBucketAbacRequest& req);
Result<api::GetBucketAbacOutput> get_bucket_abac(Context& ctx,
                                                 const api::GetBucketAbacRequest& req);
Result<model::Unit> put_bucket_website(Context& ctx, const api::PutBucketWebsiteRequest& req);
Result<api::GetBucketWebsiteOutput> get_bucket_website(Context& ctx,
                                                       const api::GetBucketWebsiteRequest& req);
Result<model::Unit> delete_bucket_website(Context& ctx, const api::DeleteBucketWebsiteRequest& req);
Result<model::Unit> put_bucket_policy(Context& ctx, const api::PutBucketPolicyRequest& req);
Result<api::GetBucketPolicyOutput> get_bucket_policy(Context& ctx,
                                                     const api::GetBucketPolicyRequest& req);
Result<api::GetBucketPolicyStatusOutput> get_bucket_policy_status(
    Context& ctx, const api::GetBucketPolicyStatusRequest& req);
Result<model::Unit> delete_bucket_policy(Context& ctx, const api::DeleteBucketPolicyRequest& req);

Result<model::Unit> create_bucket_metadata_configuration(
    Context& ctx, const api::CreateBucketMetadataConfigurationRequest& req);
Result<api::GetBucketMetadataConfigurationOutput> get_bucket_metadata_configuration(
    Context& ctx, const api::GetBucketMetadataConfigurationRequest& req);
Result<model::Unit> delete_bucket_metadata_configuration(
    Context& ctx, const api::DeleteBucketMetadataConfigurationRequest& req);
Result<model::Unit> update_bucket_metadata_inventory_table_configuration(
    Context& ctx, const api::UpdateBucketMetadataInventoryTableConfigurationRequest& req);
Result<model::Unit> update_bucket_metadata_journal_table_configuration(
    Context& ctx, const api::UpdateBucketMetadataJournalTableConfigurationRequest& req);
Result<model::Unit> update_bucket_metadata_annotation_table_configuration(
    Context& ctx, const api::UpdateBucketMetadataAnnotationTableConfigurationRequest& req);
Result<model::Unit> create_bucket_metadata_table_configuration(
    Context& ctx, const api::CreateBucketMetadataTableConfigurationRequest& req);
Result<api::GetBucketMetadataTableConfigurationOutput> get_bucket_metadata_table_configuration(
    Context& ctx, const api::GetBucketMetadataTableConfigurationRequest& req);
Result<model::Unit> delete_bucket_metadata_table_configuration(
    Context& ctx, const api::DeleteBucketMetadataTableConfigurationRequest& req);

// annotation/
Result<api::PutObjectAnnotationOutput> put_object_annotation(
    Context& ctx, const api::PutObjectAnnotationRequest& req);
Result<api::GetObjectAnnotationOutput> get_object_annotation(
    Context& ctx, const api::GetObjectAnnotationRequest& req);
Result<api::DeleteObjectAnnotationOutput> delete_object_annotation(
    Context& ctx, const api::DeleteObjectAnnotationRequest& req);
Result<api::ListObjectAnnotationsOutput> list_object_annotations(
    Context& ctx, const api::ListObjectAnnotationsRequest& req);

// select/
Result<api::SelectObjectContentOutput> select_object_content(
    Context& ctx, const api::SelectObjectContentRequest& req);

// directory/
Result<api::CreateSessionOutput> create_session(Context& ctx, const api::CreateSessionRequest& req);
Result<api::RenameObjectOutput> rename_object(Context& ctx, const api::RenameObjectRequest& req);
Result<api::ListDirectoryBucketsOutput> list_directory_buckets(
    Context& ctx, const api::ListDirectoryBucketsRequest& req);
Result<api::GetObjectTorrentOutput> get_object_torrent(Context& ctx,
                                                       const api::GetObjectTorrentRequest& req);
Result<model::Unit> write_get_object_response(Context& ctx,
                                              const api::WriteGetObjectResponseRequest& req);

// access/
Result<model::Unit> put_bucket_acl(Context& ctx, const api::PutBucketAclRequest& req);
Result<api::GetBucketAclOutput> get_bucket_acl(Context& ctx, const api::GetBucketAclRequest& req);
Result<api::PutObjectAclOutput> put_object_acl(Context& ctx, const api::PutObjectAclRequest& req);
Result<api::GetObjectAclOutput> get_object_acl(Context& ctx, const api::GetObjectAclRequest& req);

// archive/
Result<api::RestoreObjectOutput> restore_object(Context& ctx, const api::RestoreObjectRequest& req);

}  // namespace cumulite::s3
