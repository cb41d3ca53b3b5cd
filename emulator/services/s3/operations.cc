#include <array>

#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/service.h"

namespace cumulite::s3 {

namespace {

namespace op = api::op;

constexpr RowOptions kStreams = {.streams_body = true};
constexpr RowOptions kBlocks = {.blocking = true};

const std::array kRows = {
    row<op::CreateBucket, &create_bucket>(),
    row<op::DeleteBucket, &delete_bucket>(),
    row<op::HeadBucket, &head_bucket>(),
    row<op::ListBuckets, &list_buckets>(),
    row<op::GetBucketLocation, &get_bucket_location>(),
    row<op::PutObject, &put_object>(kStreams),
    row<op::GetObject, &get_object>(),
    row<op::HeadObject, &head_object>(),
    row<op::DeleteObject, &delete_object>(),
    row<op::DeleteObjects, &delete_objects>(kBlocks),
    row<op::ListObjects, &list_objects>(),
    row<op::ListObjectsV2, &list_objects_v2>(),
    row<op::ListObjectVersions, &list_object_versions>(),
    row<op::CopyObject, &copy_object>(kBlocks),
    row<op::GetObjectAttributes, &get_object_attributes>(),
    row<op::CreateMultipartUpload, &create_multipart_upload>(),
    row<op::AbortMultipartUpload, &abort_multipart_upload>(),
    row<op::UploadPart, &upload_part>(kStreams),
    row<op::UploadPartCopy, &upload_part_copy>(kBlocks),
    row<op::CompleteMultipartUpload, &complete_multipart_upload>(),
    row<op::ListParts, &list_parts>(),
    row<op::ListMultipartUploads, &list_multipart_uploads>(),
    row<op::PutBucketNotificationConfiguration, &put_bucket_notification_configuration>(),
    row<op::GetBucketNotificationConfiguration, &get_bucket_notification_configuration>(),
    row<op::PutObjectTagging, &put_object_tagging>(),
    row<op::GetObjectTagging, &get_object_tagging>(),
    row<op::DeleteObjectTagging, &delete_object_tagging>(),
    row<op::PutBucketTagging, &put_bucket_tagging>(),
    row<op::GetBucketTagging, &get_bucket_tagging>(),
    row<op::DeleteBucketTagging, &delete_bucket_tagging>(),
    row<op::PutBucketVersioning, &put_bucket_versioning>(),
    row<op::GetBucketVersioning, &get_bucket_versioning>(),
    row<op::PutBucketCors, &put_bucket_cors>(),
    row<op::GetBucketCors, &get_bucket_cors>(),
    row<op::DeleteBucketCors, &delete_bucket_cors>(),
    row<op::PutBucketEncryption, &put_bucket_encryption>(),
    row<op::GetBucketEncryption, &get_bucket_encryption>(),
    row<op::DeleteBucketEncryption, &delete_bucket_encryption>(),
    row<op::PutBucketInventoryConfiguration, &put_bucket_inventory_configuration>(),
    row<op::GetBucketInventoryConfiguration, &get_bucket_inventory_configuration>(),
    row<op::DeleteBucketInventoryConfiguration, &delete_bucket_inventory_configuration>(),
    row<op::ListBucketInventoryConfigurations, &list_bucket_inventory_configurations>(),
    row<op::PutBucketAnalyticsConfiguration, &put_bucket_analytics_configuration>(),
    row<op::GetBucketAnalyticsConfiguration, &get_bucket_analytics_configuration>(),
    row<op::DeleteBucketAnalyticsConfiguration, &delete_bucket_analytics_configuration>(),
    row<op::ListBucketAnalyticsConfigurations, &list_bucket_analytics_configurations>(),
    row<op::PutBucketMetricsConfiguration, &put_bucket_metrics_configuration>(),
    row<op::GetBucketMetricsConfiguration, &get_bucket_metrics_configuration>(),
    row<op::DeleteBucketMetricsConfiguration, &delete_bucket_metrics_configuration>(),
    row<op::ListBucketMetricsConfigurations, &list_bucket_metrics_configurations>(),
    row<op::PutBucketIntelligentTieringConfiguration,
        &put_bucket_intelligent_tiering_configuration>(),
    row<op::GetBucketIntelligentTieringConfiguration,
        &get_bucket_intelligent_tiering_configuration>(),
    row<op::DeleteBucketIntelligentTieringConfiguration,
        &delete_bucket_intelligent_tiering_configuration>(),
    row<op::ListBucketIntelligentTieringConfigurations,
        &list_bucket_intelligent_tiering_configurations>(),
    row<op::PutBucketLifecycleConfiguration, &put_bucket_lifecycle_configuration>(),
    row<op::GetBucketLifecycleConfiguration, &get_bucket_lifecycle_configuration>(),
    row<op::DeleteBucketLifecycle, &delete_bucket_lifecycle>(),
    row<op::PutBucketLogging, &put_bucket_logging>(),
    row<op::GetBucketLogging, &get_bucket_logging>(),
    row<op::PutObjectLockConfiguration, &put_object_lock_configuration>(),
    row<op::GetObjectLockConfiguration, &get_object_lock_configuration>(),
    row<op::PutObjectRetention, &put_object_retention>(),
    row<op::GetObjectRetention, &get_object_retention>(),
    row<op::PutObjectLegalHold, &put_object_legal_hold>(),
    row<op::GetObjectLegalHold, &get_object_legal_hold>(),
    row<op::PutBucketOwnershipControls, &put_bucket_ownership_controls>(),
    row<op::GetBucketOwnershipControls, &get_bucket_ownership_controls>(),
    row<op::DeleteBucketOwnershipControls, &delete_bucket_ownership_controls>(),
    row<op::PutPublicAccessBlock, &put_public_access_block>(),
    row<op::GetPublicAccessBlock, &get_public_access_block>(),
    row<op::DeletePublicAccessBlock, &delete_public_access_block>(),
    row<op::PutBucketReplication, &put_bucket_replication>(),
    row<op::GetBucketReplication, &get_bucket_replication>(),
    row<op::DeleteBucketReplication, &delete_bucket_replication>(),
    row<op::PutBucketAccelerateConfiguration, &put_bucket_accelerate_configuration>(),
    row<op::GetBucketAccelerateConfiguration, &get_bucket_accelerate_configuration>(),
    row<op::PutBucketRequestPayment, &put_bucket_request_payment>(),
    row<op::GetBucketRequestPayment, &get_bucket_request_payment>(),
    row<op::PutBucketAbac, &put_bucket_abac>(),
    row<op::GetBucketAbac, &get_bucket_abac>(),
    row<op::PutBucketWebsite, &put_bucket_website>(),
    row<op::GetBucketWebsite, &get_bucket_website>(),
    row<op::DeleteBucketWebsite, &delete_bucket_website>(),
    row<op::PutBucketAcl, &put_bucket_acl>(),
    row<op::GetBucketAcl, &get_bucket_acl>(),
    row<op::PutObjectAcl, &put_object_acl>(),
    row<op::GetObjectAcl, &get_object_acl>(),
    row<op::PutBucketPolicy, &put_bucket_policy>(),
    row<op::GetBucketPolicy, &get_bucket_policy>(),
    row<op::GetBucketPolicyStatus, &get_bucket_policy_status>(),
    row<op::DeleteBucketPolicy, &delete_bucket_policy>(),
    row<op::RestoreObject, &restore_object>(),
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return kRows;
}

}  // namespace cumulite::s3
