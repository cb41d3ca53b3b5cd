#include "emulator/services/s3/access/actions.h"

#include <array>

namespace cumulite::s3 {

namespace {

struct Row {
  std::string_view operation;
  std::string_view action;            ///< Empty: the operation's own name.
  std::string_view versioned_action;  ///< With a version id.
  std::string_view acl;
  bool acl_of_object;
};

/// Only what differs from "action named as the operation, no ACL grants it".
constexpr std::array kRows = {
    Row{"HeadBucket", "ListBucket", "", "READ", false},
    Row{"ListObjects", "ListBucket", "", "READ", false},
    Row{"ListObjectsV2", "ListBucket", "", "READ", false},
    Row{"ListObjectVersions", "ListBucketVersions", "", "READ", false},
    Row{"ListMultipartUploads", "ListBucketMultipartUploads", "", "READ", false},
    Row{"GetBucketAcl", "", "", "READ_ACP", false},
    Row{"PutBucketAcl", "", "", "WRITE_ACP", false},
    Row{"GetObject", "", "GetObjectVersion", "READ", true},
    Row{"HeadObject", "GetObject", "GetObjectVersion", "READ", true},
    Row{"SelectObjectContent", "GetObject", "", "READ", true},
    Row{"GetObjectAttributes", "", "GetObjectVersionAttributes", "READ", true},
    Row{"GetObjectAcl", "", "GetObjectVersionAcl", "READ_ACP", true},
    Row{"PutObjectAcl", "", "PutObjectVersionAcl", "WRITE_ACP", true},
    Row{"GetObjectTagging", "", "GetObjectVersionTagging", "", true},
    Row{"PutObjectTagging", "", "PutObjectVersionTagging", "", true},
    Row{"DeleteObjectTagging", "", "DeleteObjectVersionTagging", "", true},
    Row{"PutObject", "", "", "WRITE", false},
    Row{"CopyObject", "PutObject", "", "WRITE", false},
    Row{"CreateMultipartUpload", "PutObject", "", "WRITE", false},
    Row{"UploadPart", "PutObject", "", "WRITE", false},
    Row{"UploadPartCopy", "PutObject", "", "WRITE", false},
    Row{"CompleteMultipartUpload", "PutObject", "", "WRITE", false},
    Row{"AbortMultipartUpload", "", "", "WRITE", false},
    Row{"ListParts", "ListMultipartUploadParts", "", "WRITE", false},
    Row{"DeleteObject", "", "DeleteObjectVersion", "WRITE", false},
    Row{"GetBucketLifecycleConfiguration", "GetLifecycleConfiguration", "", "", false},
    Row{"PutBucketLifecycleConfiguration", "PutLifecycleConfiguration", "", "", false},
    Row{"DeleteBucketLifecycle", "PutLifecycleConfiguration", "", "", false},
    Row{"GetBucketCors", "GetBucketCORS", "", "", false},
    Row{"PutBucketCors", "PutBucketCORS", "", "", false},
    Row{"DeleteBucketCors", "PutBucketCORS", "", "", false},
    Row{"GetBucketEncryption", "GetEncryptionConfiguration", "", "", false},
    Row{"PutBucketEncryption", "PutEncryptionConfiguration", "", "", false},
    Row{"DeleteBucketEncryption", "PutEncryptionConfiguration", "", "", false},
    Row{"GetPublicAccessBlock", "GetBucketPublicAccessBlock", "", "", false},
    Row{"PutPublicAccessBlock", "PutBucketPublicAccessBlock", "", "", false},
    Row{"DeletePublicAccessBlock", "PutBucketPublicAccessBlock", "", "", false},
    Row{"GetBucketNotificationConfiguration", "GetBucketNotification", "", "", false},
    Row{"PutBucketNotificationConfiguration", "PutBucketNotification", "", "", false},
    Row{"GetObjectLockConfiguration", "GetBucketObjectLockConfiguration", "", "", false},
    Row{"PutObjectLockConfiguration", "PutBucketObjectLockConfiguration", "", "", false},
    Row{"DeleteBucketTagging", "PutBucketTagging", "", "", false},
    Row{"DeleteBucketOwnershipControls", "PutBucketOwnershipControls", "", "", false},
    Row{"CreateBucketMetadataConfiguration", "CreateBucketMetadataTableConfiguration", "", "",
        false},
    Row{"GetBucketMetadataConfiguration", "GetBucketMetadataTableConfiguration", "", "", false},
    Row{"DeleteBucketMetadataConfiguration", "DeleteBucketMetadataTableConfiguration", "", "",
        false},
    Row{"GetBucketReplication", "GetReplicationConfiguration", "", "", false},
    Row{"PutBucketReplication", "PutReplicationConfiguration", "", "", false},
    Row{"DeleteBucketReplication", "PutReplicationConfiguration", "", "", false},
    Row{"GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration", "", "", false},
    Row{"ListBucketAnalyticsConfigurations", "GetAnalyticsConfiguration", "", "", false},
    Row{"PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", "", "", false},
    Row{"DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", "", "", false},
    Row{"GetBucketIntelligentTieringConfiguration", "GetIntelligentTieringConfiguration", "", "",
        false},
    Row{"ListBucketIntelligentTieringConfigurations", "GetIntelligentTieringConfiguration", "", "",
        false},
    Row{"PutBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration", "", "",
        false},
    Row{"DeleteBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration", "", "",
        false},
    Row{"GetBucketInventoryConfiguration", "GetInventoryConfiguration", "", "", false},
    Row{"ListBucketInventoryConfigurations", "GetInventoryConfiguration", "", "", false},
    Row{"PutBucketInventoryConfiguration", "PutInventoryConfiguration", "", "", false},
    Row{"DeleteBucketInventoryConfiguration", "PutInventoryConfiguration", "", "", false},
    Row{"GetBucketMetricsConfiguration", "GetMetricsConfiguration", "", "", false},
    Row{"ListBucketMetricsConfigurations", "GetMetricsConfiguration", "", "", false},
    Row{"PutBucketMetricsConfiguration", "PutMetricsConfiguration", "", "", false},
    Row{"DeleteBucketMetricsConfiguration", "PutMetricsConfiguration", "", "", false},
    Row{"GetBucketAccelerateConfiguration", "GetAccelerateConfiguration", "", "", false},
    Row{"PutBucketAccelerateConfiguration", "PutAccelerateConfiguration", "", "", false},
    Row{"ListBuckets", "ListAllMyBuckets", "", "", false},
};

}  // namespace

OperationAction action_of(const model::Operation& operation, bool names_version) {
  OperationAction result{"s3:" + std::string(operation.name)};
  // Operations on a bucket's lock configuration have "Object" in their names, and no key.
  result.on_object = operation.uri.find("{Key") != std::string_view::npos;
  for (const Row& row : kRows) {
    if (row.operation != operation.name) continue;
    if (!row.action.empty()) result.action = "s3:" + std::string(row.action);
    if (names_version && !row.versioned_action.empty()) {
      result.action = "s3:" + std::string(row.versioned_action);
    }
    result.acl = row.acl;
    result.acl_of_object = row.acl_of_object;
  }
  return result;
}

}  // namespace cumulite::s3
