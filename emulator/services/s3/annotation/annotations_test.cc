#include "emulator/services/s3/annotation/annotations.h"

#include <gtest/gtest.h>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/drop.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/test_support.h"

namespace cumulite::s3 {
namespace {

Result<api::PutObjectAnnotationOutput> annotate(S3Test& s3, const std::string& name,
                                                std::string_view payload) {
  api::PutObjectAnnotationRequest req;
  req.Bucket = "bucket";
  req.Key = "k";
  req.AnnotationName = name;
  return put_object_annotation(*s3.upload(payload), req);
}

std::size_t rows_of_annotations(S3Test& s3) {
  const std::string rows = keys::rows("bucket", keys::Type::kParts);
  return s3.environment().env().store.range(spaces::kS3Objects, rows, rows + '\xFF').rows.size();
}

// The row keeps what the answers show.
TEST(Annotations, RowsKeepEveryField) {
  AnnotationRecord record;
  record.modified_ms = 5000;
  record.blob = {7, 100'000, true};
  record.etag = "abc";
  record.checksum = {checksum::Algorithm::kSha1, "raw"};
  const AnnotationRecord read = AnnotationRecord::decode(record.encode());
  EXPECT_EQ(read.modified_ms, 5000);
  EXPECT_EQ(read.blob.id, 7u);
  EXPECT_EQ(read.etag, "abc");
  EXPECT_EQ(read.checksum.algorithm, checksum::Algorithm::kSha1);
  EXPECT_EQ(read.checksum.raw, "raw");
}

// The bodies behind annotations are released with their object: else they would stay for ever.
TEST(Annotations, GoWithTheirObject) {
  S3Test s3;
  s3.make_bucket("bucket");
  ASSERT_TRUE(s3.put("bucket", "k", "body").ok());
  ASSERT_TRUE(annotate(s3, "small", "x").ok());
  ASSERT_TRUE(annotate(s3, "large", std::string(100'000, 'x')).ok());
  EXPECT_EQ(rows_of_annotations(s3), 2u);
  EXPECT_GE(s3.environment().env().blobs.bytes_on_disk(), 100'000u);
  ASSERT_TRUE(s3.put("bucket", "k", "next").ok());
  EXPECT_EQ(rows_of_annotations(s3), 0u);
  EXPECT_EQ(s3.environment().env().blobs.bytes_on_disk(), 0u);
}

// A reset finds them among the rows of parts.
TEST(Annotations, GoWithTheirAccount) {
  S3Test s3;
  s3.make_bucket("bucket");
  ASSERT_TRUE(s3.put("bucket", "k", "body").ok());
  ASSERT_TRUE(annotate(s3, "large", std::string(100'000, 'x')).ok());
  drop_buckets(s3.environment().env(), "000000000000");
  EXPECT_EQ(rows_of_annotations(s3), 0u);
  EXPECT_EQ(s3.environment().env().blobs.bytes_on_disk(), 0u);
}

}  // namespace
}  // namespace cumulite::s3
