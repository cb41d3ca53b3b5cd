#include "emulator/core/document_digest.h"

#include <gtest/gtest.h>

namespace cumulite {
namespace {

std::string code_of(std::vector<http::Header> headers, std::string_view body,
                    std::string_view operation = "PutBucketTagging") {
  http::Request request;
  request.headers = std::move(headers);
  model::Operation called;
  called.name = operation;
  const auto checked = check_document_digests(request, called, body);
  return checked.ok() ? "ok" : checked.error().code;
}

// A document that was damaged on its way must not become a configuration.
TEST(DocumentDigest, ComparesWhatTheHeadAnnounces) {
  EXPECT_EQ(code_of({}, "x"), "ok");
  EXPECT_EQ(code_of({{"Content-MD5", "nd7z3KxACd4RxJx2HA4fTQ=="}}, "x"), "BadDigest");
  EXPECT_EQ(code_of({{"Content-MD5", "nd7z"}}, "x"), "InvalidDigest");
  EXPECT_EQ(code_of({{"Content-MD5", "ndTkYSaMgDT1yFZOFVxnpg=="}}, "x"), "ok");
  EXPECT_EQ(code_of({{"X-Amz-Checksum-CRC32", "NhCmhg=="}}, "hello"), "ok");
  EXPECT_EQ(code_of({{"x-amz-checksum-crc32", "NhCmhg=="}}, "hellO"), "BadDigest");
  EXPECT_EQ(code_of({{"x-amz-checksum-crc32", "no"}}, "hello"), "InvalidRequest");
  EXPECT_EQ(code_of({{"x-amz-checksum-crc32", "NhCmhg=="}, {"x-amz-checksum-crc32c", "NhCmhg=="}},
                    "hello"),
            "InvalidRequest");
}

// Headers of the same prefix that are no digest of this body.
TEST(DocumentDigest, LeavesOtherHeadersAlone) {
  EXPECT_EQ(code_of({{"x-amz-checksum-type", "FULL_OBJECT"}}, "hello"), "ok");
  EXPECT_EQ(code_of({{"x-amz-checksum-crc32", "AAAAAA=="}}, "hello", "CompleteMultipartUpload"),
            "ok");
}

}  // namespace
}  // namespace cumulite
