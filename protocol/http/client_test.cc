#include "protocol/http/client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/http/client_url.h"
#include "protocol/http/test_server.h"

namespace cumulite::http {
namespace {

using testing::HasSubstr;

std::string url(const TestServer& server, std::string_view path) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(path);
}

TEST(HttpClient, PostsAndReadsTheAnswer) {
  TestServer server;
  auto response = call({.url = url(server, "/echo"), .body = "hello"});
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_THAT(response->headers, testing::Contains(testing::Pair("Content-Type", "text/plain")));
}

// SNS endpoints may carry credentials, and messages come from users: none may end a header line.
TEST(HttpClient, SendsHeadersCredentialsAndHost) {
  TestServer server;
  const std::string port = std::to_string(server.port());
  auto response = call({.method = "GET",
                        .url = "http://user:pa%3Ass@localhost:" + port + "/headers?a=b#part",
                        .headers = {{"x-amz-sns-message-type", "Notification\r\nEvil: yes"}}});
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_THAT(response->body, HasSubstr("GET /headers [a=b]"));
  EXPECT_THAT(response->body, HasSubstr("Authorization=Basic dXNlcjpwYTpzcw==\n"));
  EXPECT_THAT(response->body, HasSubstr("Host=localhost:" + port + "\n"));
  EXPECT_THAT(response->body, HasSubstr("x-amz-sns-message-type=Notification  Evil: yes\n"));
}

TEST(HttpClient, ReadsEveryFraming) {
  TestServer server;
  for (const char* path : {"/stream?size=300000", "/chunked?size=300000"}) {
    auto response = call({.method = "GET", .url = url(server, path)});
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->body.size(), 300'000U);
  }
  auto head = call({.method = "HEAD", .url = url(server, "/length")});
  ASSERT_TRUE(head.ok()) << head.error().message;
  EXPECT_TRUE(head->body.empty());
  auto empty = call({.method = "GET", .url = url(server, "/empty?status=204")});
  ASSERT_TRUE(empty.ok()) << empty.error().message;
  EXPECT_EQ(empty->status, 204);
  auto cut = call({.method = "GET", .url = url(server, "/short?size=1000")});
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code, "ConnectionError");
}

TEST(HttpClient, BoundsTheAnswer) {
  TestServer server;
  for (const char* path : {"/stream?size=100000", "/chunked?size=100000"}) {
    auto response = call({.method = "GET", .url = url(server, path), .response_bytes_max = 99'999});
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, "ResponseTooLarge");
  }
}

TEST(HttpClient, GivesUpAtTheDeadline) {
  TestServer server;
  const auto begin = std::chrono::steady_clock::now();
  auto response = call({.method = "GET", .url = url(server, "/park"), .timeout_ms = 100});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, "Timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
}

TEST(HttpClient, ReportsConnectionFailures) {
  std::string target;
  {
    TestServer server;
    target = url(server, "/secret?x=1");
  }
  auto response = call({.url = target});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, "ConnectionError");
  EXPECT_THAT(response.error().message, HasSubstr("refused"));
}

/// Takes one connection, says `words`, closes.
class CurtServer {
 public:
  explicit CurtServer(std::string words) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, generic, &size);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    thread_ = std::thread([this, words = std::move(words)] {
      const int connection = ::accept(listener_, nullptr, nullptr);
      char heard[4096];
      EXPECT_GT(::read(connection, heard, sizeof heard), 0);
      EXPECT_EQ(::write(connection, words.data(), words.size()),
                static_cast<ssize_t>(words.size()));
      ::close(connection);
    });
  }

  ~CurtServer() {
    thread_.join();
    ::close(listener_);
  }

  std::string url;

 private:
  int listener_ = -1;
  std::thread thread_;
};

// Users' endpoints break off wherever they like: before the answer, within it, after an interim
// one.
TEST(HttpClient, ReportsAnswersThatBreakOff) {
  for (const char* words : {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
                            "HTTP/1.1 100 Continue\r\n\r\n"}) {
    CurtServer server(words);
    auto response = call({.url = server.url, .body = "hello"});
    ASSERT_FALSE(response.ok()) << words;
    EXPECT_EQ(response.error().code, "ConnectionError") << words;
  }
}

TEST(ClientUrl, ParsesParts) {
  auto parsed = parse_client_url("https://[::1]:8443?q");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->host, "::1");
  EXPECT_EQ(parsed->authority, "[::1]:8443");
  EXPECT_EQ(parsed->target, "/?q");
  EXPECT_TRUE(parsed->loopback());
  auto standard = parse_client_url("http://example.com");
  ASSERT_TRUE(standard.ok());
  EXPECT_EQ(standard->authority, "example.com");
  EXPECT_EQ(standard->target, "/");
  EXPECT_FALSE(standard->loopback());
  EXPECT_FALSE(parse_client_url("http://notlocalhost/")->loopback());
  EXPECT_TRUE(parse_client_url("http://a.localhost/")->loopback());
}

TEST(ClientUrl, RefusesWhatIsNoUrl) {
  for (const char* text :
       {"", "example.com", "ftp://x/", "http://", "http://:80/", "http://x:y/", "http://x:0/",
        "http://x:70000/", "http://[::1/", "http://x/a b", "http://x/\r\nEvil: 1"}) {
    EXPECT_FALSE(parse_client_url(text).ok()) << text;
  }
}

}  // namespace
}  // namespace cumulite::http
