#include "protocol/http/response.h"

#include <gtest/gtest.h>

namespace cumulite::http {
namespace {

// User metadata is echoed in headers; a line break inside it must not start a header of its own.
TEST(Response, HeaderValuesCannotSplitTheHead) {
  Response response;
  response.add_header("x-amz-meta-a", "1\r\nSet-Cookie: x");
  response.add_header("ETag", "\"e\"");
  EXPECT_EQ(response.head, "x-amz-meta-a: 1  Set-Cookie: x\r\nETag: \"e\"\r\n");
  EXPECT_EQ(response.header("etag"), "\"e\"");
  EXPECT_EQ(response.header("Set-Cookie"), "");
}

TEST(Response, FormatsDates) {
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(784'111'777'000),
            "Sun, 06 Nov 1994 08:49:37 GMT");  // The example of RFC 9110.
  EXPECT_EQ(http_date(951'782'400'999), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(http_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");  // A test may wind the clock back.
}

}  // namespace
}  // namespace cumulite::http
