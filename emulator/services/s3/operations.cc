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
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return kRows;
}

}  // namespace cumulite::s3
