#include "protocol/http/request.h"

#include <gtest/gtest.h>

namespace cumulite::http {
namespace {

// Clients write header names in any case; the lookup must not depend on it.
TEST(Request, FindsHeadersInAnyCase) {
  Request request;
  request.headers = {{"X-Amz-Date", "20260101T000000Z"}, {"Empty", ""}, {"x-amz-date", "second"}};
  EXPECT_EQ(request.header("x-amz-date"), "20260101T000000Z");
  EXPECT_TRUE(request.has_header("EMPTY"));
  EXPECT_FALSE(request.has_header("Absent"));
  EXPECT_EQ(request.header("Absent"), "");
}

// Sub-resources come as "acl", "acl=" and among others; a prefix of a name must not match.
TEST(Request, FindsQueryParameters) {
  Request request;
  request.query = "prefix=a%2Fb+c&&acl&up%6Coads=";
  EXPECT_TRUE(request.has_query("acl"));
  EXPECT_TRUE(request.has_query("uploads"));
  EXPECT_FALSE(request.has_query("upload"));
  EXPECT_FALSE(request.has_query(""));
  EXPECT_EQ(request.query_value("prefix"), "a/b c");
  EXPECT_EQ(request.query_value("absent"), "");
}

// A malformed escape stays as sent: S3 keys may hold a bare '%'.
TEST(Request, DecodesPercentEscapes) {
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%2"), "%2");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
  EXPECT_EQ(percent_decode("%00").size(), 1U);
}

// SigV4 demands upper-case hex and exactly the unreserved set of RFC 3986.
TEST(Request, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(percent_encode("a/b c+*'"), "a%2Fb%20c%2B%2A%27");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
  EXPECT_EQ(percent_encode("\xC3\xA4"), "%C3%A4");
}

TEST(Request, ParsesQueryInOrder) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parse_query("b=1&a=x%3Dy=z&c&d="),
            (Pairs{{"b", "1"}, {"a", "x=y=z"}, {"c", ""}, {"d", ""}}));
  EXPECT_TRUE(parse_query("").empty());
}

}  // namespace
}  // namespace cumulite::http
