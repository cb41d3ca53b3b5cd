#include "emulator/services/s3/logging/log_line.h"

#include <gtest/gtest.h>

namespace cumulite::s3 {
namespace {

constexpr std::int64_t kTimeMs = 1'549'411'238'000;  // 2019-02-06T00:00:38Z

// Tools that read logs group by these names.
TEST(LogLine, OperationsAreNamedByMethodAndResource) {
  EXPECT_EQ(log_operation("GET", "GetObject"), "REST.GET.OBJECT");
  EXPECT_EQ(log_operation("PUT", "UploadPart"), "REST.PUT.PART");
  EXPECT_EQ(log_operation("GET", "GetBucketVersioning"), "REST.GET.VERSIONING");
  EXPECT_EQ(log_operation("GET", "ListObjectsV2"), "REST.GET.BUCKET");
  EXPECT_EQ(log_operation("PUT", "CopyObject"), "REST.COPY.OBJECT");
  EXPECT_EQ(log_operation("POST", "DeleteObjects"), "REST.POST.MULTI_OBJECT_DELETE");
}

TEST(LogLine, KeysSayWhenAndWhere) {
  api::LoggingEnabled logging;
  logging.TargetPrefix = "p/";
  BucketRecord bucket;
  bucket.name = "source";
  bucket.owner_account = "111122223333";
  bucket.region = "us-east-1";
  EXPECT_EQ(log_key(logging, bucket, kTimeMs, "U"), "p/2019-02-06-00-00-38-U");
  logging.TargetObjectKeyFormat.emplace().PartitionedPrefix.emplace();
  EXPECT_EQ(log_key(logging, bucket, kTimeMs, "U"),
            "p/111122223333/us-east-1/source/2019/02/06/2019-02-06-00-00-38-U");
}

}  // namespace
}  // namespace cumulite::s3
