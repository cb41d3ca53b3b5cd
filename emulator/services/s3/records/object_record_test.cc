#include "emulator/services/s3/records/object_record.h"

#include <gtest/gtest.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/s3/records/bucket_record.h"

namespace cumulite::s3 {
namespace {

ObjectRecord archived_object() {
  ObjectRecord object;
  object.sequence = 7;
  object.null_version = false;
  object.size_bytes = 5;
  object.storage_class = "GLACIER";
  object.checksum = StoredChecksum{checksum::Algorithm::kSha256, "digest", true};
  object.metadata = {{"b", "2"}, {"a", "1"}};
  object.tags = {{"k", ""}};
  object.encryption.algorithm.clear();
  object.encryption.nonce = "nonce";
  object.restore = {true, false, 9'000, 3, "Bulk"};
  object.accessed_ms = 11;
  return object;
}

// Defaults are not written: an empty algorithm (a client's own key) must not come back as AES256.
TEST(S3RecordsTest, KeepsWhatDiffersFromTheDefaults) {
  const ObjectRecord object = ObjectRecord::decode(archived_object().encode());
  EXPECT_EQ(object.sequence, 7U);
  EXPECT_FALSE(object.null_version);
  EXPECT_EQ(object.storage_class, "GLACIER");
  ASSERT_TRUE(object.checksum);
  EXPECT_EQ(object.checksum->raw, "digest");
  EXPECT_TRUE(object.checksum->composite);
  EXPECT_EQ(object.metadata, (TextPairs{{"b", "2"}, {"a", "1"}}));
  EXPECT_EQ(object.tags, (TextPairs{{"k", ""}}));
  EXPECT_EQ(object.encryption.algorithm, "");
  EXPECT_EQ(object.encryption.nonce, "nonce");
  EXPECT_TRUE(object.restore.requested);
  EXPECT_EQ(object.restore.expiry_ms, 9'000);
  EXPECT_EQ(object.restore.tier, "Bulk");
  EXPECT_EQ(object.accessed_ms, 11);
  EXPECT_EQ(ObjectRecord::decode(ObjectRecord{}.encode()).storage_class, "STANDARD");
  EXPECT_TRUE(ObjectRecord::decode(ObjectRecord{}.encode()).null_version);
}

// Rows outlive builds: a newer one may know more fields, another one write them in another order.
TEST(S3RecordsTest, ReadsFieldsInAnyOrderAndSkipsUnknownOnes) {
  FieldWriter writer;
  writer.text(250, "of a newer build");
  writer.text(8, "etag");
  writer.number(5, 12);
  writer.text(251, "too");
  writer.number(1, 3);
  const ObjectRecord object = ObjectRecord::decode(writer.take());
  EXPECT_EQ(object.etag, "etag");
  EXPECT_EQ(object.size_bytes, 12U);
  EXPECT_EQ(object.sequence, 3U);
}

// An upload's algorithm is a number of which zero is one.
TEST(S3RecordsTest, AnUploadKeepsItsObjectAndAlgorithm) {
  UploadRecord upload;
  upload.object = archived_object();
  upload.algorithm = checksum::Algorithm::kMd5;
  upload.full_object = true;
  const UploadRecord read = UploadRecord::decode(upload.encode());
  EXPECT_EQ(read.object.storage_class, "GLACIER");
  EXPECT_EQ(read.algorithm, checksum::Algorithm::kMd5);
  EXPECT_TRUE(read.full_object);
  EXPECT_FALSE(read.checksum_asked);
}

// The name is the key's, not the row's.
TEST(S3RecordsTest, ABucketIsNamedByItsKey) {
  BucketRecord bucket;
  bucket.region = "eu-west-1";
  bucket.versioning = Versioning::kSuspended;
  bucket.set(Configuration::kCors, true);
  const BucketRecord read = BucketRecord::decode("photos", bucket.encode());
  EXPECT_EQ(read.name, "photos");
  EXPECT_EQ(read.region, "eu-west-1");
  EXPECT_EQ(read.versioning, Versioning::kSuspended);
  EXPECT_TRUE(read.has(Configuration::kCors));
}

}  // namespace
}  // namespace cumulite::s3
