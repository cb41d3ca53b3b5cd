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
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return kRows;
}

}  // namespace cumulite::s3
