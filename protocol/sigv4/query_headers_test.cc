#include "protocol/sigv4/query_headers.h"

#include <gtest/gtest.h>

namespace cumulite::sigv4 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

http::Request asking(std::string_view query) {
  http::Request request;
  request.query = query;
  return request;
}

// SDKs put headers into the query of a URL, where they count as such unless the caller sent them.
TEST(QueryHeaders, StandForHeadersOfPresignedUrls) {
  http::Request request = asking(
      "x-amz-meta-a=b%20c&X-Amz-Credential=k&X-Amz-Date=d&x-amz-acl=private&x-id=PutObject"
      "&If-Match=e&partNumber=1");
  EXPECT_EQ(query_headers(request),
            (Headers{{"x-amz-meta-a", "b c"}, {"x-amz-acl", "private"}, {"If-Match", "e"}}));
  request.headers.push_back({"X-Amz-Acl", "public-read"});
  EXPECT_EQ(query_headers(request), (Headers{{"x-amz-meta-a", "b c"}, {"If-Match", "e"}}));
  EXPECT_EQ(query_headers(asking("AWSAccessKeyId=k&Signature=s&x-amz-meta-a=b")),
            (Headers{{"x-amz-meta-a", "b"}}));
  EXPECT_TRUE(query_headers(asking("x-amz-meta-a=b")).empty());
}

// Made up before the body is known, a checksum is believed only where it is signed as a header.
TEST(QueryHeaders, LeaveOutChecksumsThatAreNotSigned) {
  const std::string_view query =
      "X-Amz-Signature=s&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32";
  EXPECT_TRUE(query_headers(asking(query)).empty());
  const std::string with_signed =
      std::string(query) + "&X-Amz-SignedHeaders=host%3Bx-amz-checksum-crc32";
  EXPECT_EQ(query_headers(asking(with_signed)), (Headers{{"x-amz-checksum-crc32", "AAAAAA=="}}));
}

}  // namespace
}  // namespace cumulite::sigv4
