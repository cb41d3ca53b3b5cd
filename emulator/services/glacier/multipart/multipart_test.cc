#include <gtest/gtest.h>

#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/archive/payload.h"
#include "emulator/services/glacier/test_support.h"

namespace cumulite::glacier {
namespace {

class MultipartTest : public testing::Test, public GlacierTest {
 protected:
  Result<api::InitiateMultipartUploadOutput> initiate(const std::string& part_size) {
    api::InitiateMultipartUploadInput req;
    req.vaultName = "vault";
    req.partSize = part_size;
    req.archiveDescription = "in parts";
    return initiate_multipart_upload(*call(), req);
  }

  Result<api::UploadMultipartPartOutput> part(const std::string& upload, std::size_t offset,
                                              std::string_view body) {
    api::UploadMultipartPartInput req;
    req.vaultName = "vault";
    req.uploadId = upload;
    req.checksum = tree_hash(body);
    req.range =
        "bytes " + std::to_string(offset) + "-" + std::to_string(offset + body.size() - 1) + "/*";
    return upload_multipart_part(*upload_call(body), req);
  }

  Result<api::ArchiveCreationOutput> complete(const std::string& upload, std::size_t size,
                                              const std::string& hash) {
    api::CompleteMultipartUploadInput req;
    req.vaultName = "vault";
    req.uploadId = upload;
    req.archiveSize = std::to_string(size);
    req.checksum = hash;
    return complete_multipart_upload(*call(), req);
  }

  static std::string body_of(std::size_t size) {
    std::string body(size, '\0');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 31 + (i >> 18));
    return body;
  }
};

// What comes back must be the parts one after the other, under the hash of the whole.
TEST_F(MultipartTest, MakesOneArchiveOfItsParts) {
  const std::string body = body_of(3 * kMebibyte + 5);
  const std::string upload = *initiate("1048576")->uploadId;
  for (const std::size_t offset : {2 * kMebibyte, 0 * kMebibyte, 3 * kMebibyte, 1 * kMebibyte}) {
    ASSERT_TRUE(part(upload, offset, std::string_view(body).substr(offset, kMebibyte)).ok());
  }
  EXPECT_EQ(complete(upload, body.size() - 1, tree_hash(body)).error().message,
            "Invalid x-amz-archive-size: 3145732");
  EXPECT_EQ(complete(upload, body.size(), tree_hash("x")).error().message,
            "Invalid x-amz-sha256-tree-hash: " + tree_hash("x"));
  const auto made = complete(upload, body.size(), tree_hash(body));
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->archiveId->size(), 138u);
  EXPECT_EQ(complete(upload, body.size(), tree_hash(body))->archiveId, made->archiveId);
  const std::string job = retrieve(*made->archiveId, "Expedited");
  environment().advance(5 * kMinuteMs);
  EXPECT_EQ(read_output(job), body);
  EXPECT_EQ(read_output(job, "bytes=1048570-3145730"), body.substr(1048570, 2097161));
  EXPECT_EQ(describe(job).ArchiveSHA256TreeHash, tree_hash(body));
}

// Sizes that are no power of two would break the tree: they are refused at the start.
TEST_F(MultipartTest, WantsPowersOfTwo) {
  EXPECT_TRUE(initiate("1048576").ok());
  EXPECT_TRUE(initiate("4294967296").ok());
  for (const char* size : {"1048577", "524288", "8589934592", "3145728", "x", ""}) {
    EXPECT_EQ(initiate(size).error().code, "InvalidParameterValueException") << size;
  }
}

// 10,000 parts of 4 GiB are the largest archive; no test has to send it to know where it ends.
TEST_F(MultipartTest, EndsAtFortyThousandGibibytes) {
  const std::string upload = *initiate("4294967296")->uploadId;
  EXPECT_TRUE(part(upload, 9'999 * kPayloadBytesMax, "x").ok());
  EXPECT_EQ(part(upload, 10'000 * kPayloadBytesMax, "x").error().message,
            "Invalid Content-Range: bytes 42949672960000-42949672960000/*");
}

// A part in the wrong place, or of the wrong length, is refused with its range named.
TEST_F(MultipartTest, ChecksRanges) {
  const std::string upload = *initiate("1048576")->uploadId;
  EXPECT_EQ(part(upload, 5, "x").error().message, "Invalid Content-Range: bytes 5-5/*");
  api::UploadMultipartPartInput req;
  req.vaultName = "vault";
  req.uploadId = upload;
  req.checksum = tree_hash("x");
  req.range = "bytes 0-5/*";
  EXPECT_EQ(upload_multipart_part(*upload_call("x"), req).error().message,
            "Content-Range: bytes 0-5/* is incompatible with Content-Length: 1");
  req.checksum = tree_hash("y");
  EXPECT_EQ(upload_multipart_part(*upload_call("x"), req).error().message,
            "Checksum mismatch: expected " + tree_hash("y") + ", computed " + tree_hash("x"));
  ASSERT_TRUE(part(upload, kMebibyte, "x").ok());
  EXPECT_EQ(complete(upload, 1, tree_hash("x")).error().message,
            "Missing content range: bytes 0-1048575");
}

// Parts sent again replace the first ones, and an aborted upload leaves nothing on the disk.
TEST_F(MultipartTest, AbortDropsTheParts) {
  const std::string upload = *initiate("1048576")->uploadId;
  ASSERT_TRUE(part(upload, 0, body_of(kMebibyte)).ok());
  ASSERT_TRUE(part(upload, 0, body_of(kMebibyte)).ok());
  EXPECT_EQ(environment().env().blobs.bytes_on_disk(), kMebibyte);
  api::AbortMultipartUploadInput req;
  req.vaultName = "vault";
  req.uploadId = upload;
  EXPECT_TRUE(abort_multipart_upload(*call(), req).ok());
  EXPECT_TRUE(abort_multipart_upload(*call(), req).ok());
  EXPECT_EQ(environment().env().blobs.bytes_on_disk(), 0u);
  EXPECT_EQ(part(upload, 0, "x").error().message, "The upload ID was not found: " + upload);
}

// An upload that nobody feeds for a day is gone; one that is fed lives on.
TEST_F(MultipartTest, ExpiresWhenIdle) {
  const std::string idle = *initiate("1048576")->uploadId;
  const std::string busy = *initiate("1048576")->uploadId;
  environment().advance(kDayMs - kHourMs);
  ASSERT_TRUE(part(busy, 0, "x").ok());
  environment().advance(kHourMs);
  EXPECT_FALSE(part(idle, 0, "x").ok());
  EXPECT_TRUE(part(busy, 0, "y").ok());
  environment().advance(2 * kDayMs);
  EXPECT_FALSE(part(busy, 0, "x").ok());
}

// Resuming clients read what is there, page by page.
TEST_F(MultipartTest, ListsPartsAndUploads) {
  const std::string upload = *initiate("1048576")->uploadId;
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(part(upload, i * kMebibyte, std::string(kMebibyte, 'x')).ok());
  }
  api::ListPartsInput req;
  req.vaultName = "vault";
  req.uploadId = upload;
  req.limit = "2";
  auto page = list_parts(*call(), req);
  ASSERT_EQ(page->Parts->size(), 2u);
  EXPECT_EQ((*page->Parts)[1].RangeInBytes, "1048576-2097151");
  EXPECT_EQ(page->Marker, "2097152-3145727");
  req.marker = page->Marker;
  page = list_parts(*call(), req);
  ASSERT_EQ(page->Parts->size(), 1u);
  EXPECT_EQ((*page->Parts)[0].SHA256TreeHash, tree_hash(std::string(kMebibyte, 'x')));
  EXPECT_FALSE(page->Marker.has_value());
  environment().advance(1);
  const std::string other = *initiate("2097152")->uploadId;
  api::ListMultipartUploadsInput list;
  list.vaultName = "vault";
  list.limit = "1";
  const auto first = list_multipart_uploads(*call(), list);
  EXPECT_EQ((*first->UploadsList)[0].MultipartUploadId, upload);
  EXPECT_EQ(first->Marker, other);
}

}  // namespace
}  // namespace cumulite::glacier
