#include <gtest/gtest.h>

#include "emulator/services/s3/test_support.h"

namespace cumulite::s3 {
namespace {

constexpr std::size_t kPartBytes = std::size_t{5} << 20;

class MultipartTest : public testing::Test, public S3Test {
 protected:
  void SetUp() override {
    make_bucket("bucket");
    api::CreateMultipartUploadRequest req;
    req.Bucket = "bucket";
    req.Key = "key";
    upload_id_ = *create_multipart_upload(*call(), req)->UploadId;
  }

  std::string send(int number, std::string_view bytes) {
    api::UploadPartRequest req;
    req.Bucket = "bucket";
    req.Key = "key";
    req.UploadId = upload_id_;
    req.PartNumber = number;
    const auto sent = upload_part(*upload(bytes), req);
    return sent.ok() ? *sent->ETag : sent.error().code;
  }

  Result<api::CompleteMultipartUploadOutput> complete(
      const std::vector<std::pair<int, std::string>>& parts) {
    api::CompleteMultipartUploadRequest req;
    req.Bucket = "bucket";
    req.Key = "key";
    req.UploadId = upload_id_;
    auto& list = req.MultipartUpload.emplace().Parts.emplace();
    for (const auto& [number, etag] : parts) {
      auto& part = list.emplace_back();
      part.PartNumber = number;
      part.ETag = etag;
    }
    return complete_multipart_upload(*call(), req);
  }

  std::string upload_id_;
};

// The object is its parts in order, a part uploaded twice counts once, and a client that lost the
// answer may ask again.
TEST_F(MultipartTest, JoinsTheListedParts) {
  const std::string first(kPartBytes, 'a');
  send(1, "a part that is replaced");
  const std::string one = send(1, first);
  const std::string left_out = send(2, "left out");
  const std::string three = send(3, "end");
  const auto done = complete({{1, one}, {3, three}});
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->ETag->ends_with("-2\""));
  EXPECT_EQ(*done->ChecksumType, "FULL_OBJECT");
  EXPECT_EQ(read("bucket", "key"), first + "end");
  EXPECT_EQ(complete({{1, one}, {3, three}})->ETag, done->ETag);
  EXPECT_EQ(*done->ChecksumCRC64NVME, *put("bucket", "same", first + "end")->ChecksumCRC64NVME);
}

// Each way to complete wrongly has its own code, and leaves the upload as it was.
TEST_F(MultipartTest, RefusesWrongLists) {
  const std::string one = send(1, "short");
  const std::string two = send(2, "short too");
  EXPECT_EQ(complete({}).error().code, "MalformedXML");
  EXPECT_EQ(complete({{2, two}, {1, one}}).error().code, "InvalidPartOrder");
  EXPECT_EQ(complete({{1, two}}).error().code, "InvalidPart");
  EXPECT_EQ(complete({{7, one}}).error().code, "InvalidPart");
  EXPECT_EQ(complete({{1, one}, {2, two}}).error().code, "EntityTooSmall");
  EXPECT_TRUE(complete({{1, one}}).ok());
  upload_id_ = "made-up";
  EXPECT_EQ(send(1, "x"), "NoSuchUpload");
  EXPECT_EQ(complete({{1, one}}).error().code, "NoSuchUpload");
}

// A bucket with nothing but an upload in progress can be deleted, bodies and all.
TEST_F(MultipartTest, GoesWithItsBucket) {
  send(1, std::string(100'000, 'x'));
  api::DeleteBucketRequest req;
  req.Bucket = "bucket";
  EXPECT_TRUE(delete_bucket(*call(), req).ok());
}

}  // namespace
}  // namespace cumulite::s3
