#include "protocol/http/head_parser.h"

#include <string>

#include <gtest/gtest.h>

namespace cumulite::http {
namespace {

Head parsed(const std::string& bytes) {
  Head head;
  EXPECT_EQ(parse_head(bytes, head).status, 0) << bytes;
  return head;
}

TEST(HeadParser, SplitsTheRequest) {
  const std::string bytes =
      "PUT /bucket/a%20b?partNumber=1&uploadId=x?y HTTP/1.1\r\nHost: h\r\nx-amz-meta-A: b, c\t\r\n"
      "Content-Length: 10, 10\r\nExpect: 100-Continue\r\n\r\n";
  const Head head = parsed(bytes);
  EXPECT_EQ(head.request.method, "PUT");
  EXPECT_EQ(head.request.path, "/bucket/a%20b");
  EXPECT_EQ(head.request.query, "partNumber=1&uploadId=x?y");
  EXPECT_EQ(head.request.header("X-Amz-Meta-a"), "b, c");
  EXPECT_TRUE(head.request.has_content_length);
  EXPECT_EQ(head.request.content_length, 10U);
  EXPECT_TRUE(head.expect_continue);
  EXPECT_TRUE(head.keep_alive);
}

// One connection reuses its Head: nothing of an earlier request may shine through.
TEST(HeadParser, ForgetsTheRequestBefore) {
  Head head;
  head.request.remote_address = "127.0.0.1";
  const std::string first =
      "PUT /a?b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  const std::string second = "GET /c HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_EQ(parse_head(first, head).status, 0);
  EXPECT_TRUE(head.request.chunked);
  EXPECT_FALSE(head.keep_alive);
  ASSERT_EQ(parse_head(second, head).status, 0);
  EXPECT_FALSE(head.request.chunked);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.request.query, "");
  EXPECT_EQ(head.request.headers.size(), 1U);
  EXPECT_EQ(head.request.remote_address, "127.0.0.1");
}

TEST(HeadParser, ReducesAbsoluteTargets) {
  const std::string with_path = "GET HTTPS://bucket.host/key?x HTTP/1.1\r\nHost: h\r\n\r\n";
  const Head keyed = parsed(with_path);
  EXPECT_EQ(keyed.request.target, "/key?x");
  const std::string without = "GET http://host HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(parsed(without).request.target, "/");
  // A key may hold "://": only a target that does not begin with '/' can be absolute.
  const std::string key = "GET /b/http://x HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(parsed(key).request.path, "/b/http://x");
}

TEST(HeadParser, FindsTheEnd) {
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\n\r\nbody", 0), 18U);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\n\r", 0), std::string_view::npos);
}

}  // namespace
}  // namespace cumulite::http
