#include "protocol/http/server.h"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/http/test_server.h"

namespace cumulite::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t kMiB = 1024 * 1024;

/// Resident bytes of this process.
std::size_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  unsigned long total = 0;
  unsigned long resident = 0;
  if (std::fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
  std::fclose(file);
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// SDKs keep one connection for thousands of calls.
TEST(HttpServer, KeepsTheConnection) {
  TestServer server;
  TestClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(client.send(test_request("POST", "/echo", "", "hello")));
    const std::string answer = client.answer();
    ASSERT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(test_body(answer), "hello");
    EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
    EXPECT_THAT(answer, HasSubstr("\r\nServer: "));
    EXPECT_THAT(answer, Not(HasSubstr("Connection:")));
  }
}

// The next head may lie in the buffer behind a body; answers come in order.
TEST(HttpServer, ServesPipelinedRequests) {
  TestServer server;
  TestClient client(server.port());
  client.send(test_request("POST", "/echo", "", "one") + test_request("GET", "/blocking") +
              test_request("POST", "/echo", "", "three"));
  EXPECT_EQ(test_body(client.answer()), "one");
  EXPECT_EQ(test_status(client.answer()), 200);
  EXPECT_EQ(test_body(client.answer()), "three");
}

// The network may cut anywhere; the parser must not care where.
TEST(HttpServer, AcceptsAHeadByteByByte) {
  TestServer server;
  TestClient client(server.port());
  for (const char c : test_request("POST", "/echo", "X-A: b\r\n", "body")) client.send({&c, 1});
  EXPECT_EQ(test_body(client.answer()), "body");
}

TEST(HttpServer, PassesTheRequestAsSent) {
  TestServer server;
  TestClient client(server.port());
  client.send("\r\n" +
              test_request("GET", "/headers?a=%20b&c", "X-Custom:   two words \r\nEmpty:\r\n"));
  const std::string body = test_body(client.answer());
  EXPECT_THAT(body, HasSubstr("GET /headers [a=%20b&c] from 127.0.0.1\n"));
  EXPECT_THAT(body, HasSubstr("X-Custom=two words\n"));
  EXPECT_THAT(body, HasSubstr("Empty=\n"));
  // Proxies send the absolute form.
  client.send(test_request("GET", "http://other/headers?x", ""));
  EXPECT_THAT(test_body(client.answer()), HasSubstr("GET /headers [x] from"));
}

TEST(HttpServer, ClosesWhenAskedTo) {
  TestServer server;
  TestClient asked(server.port());
  asked.send(test_request("GET", "/echo", "Connection: close\r\n"));
  EXPECT_THAT(asked.answer(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(asked.closed());
  TestClient told(server.port());
  told.send(test_request("GET", "/close"));
  EXPECT_THAT(told.answer(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(told.closed());
}

// ab and old proxies speak HTTP/1.0: close by default, no chunks.
TEST(HttpServer, SpeaksHttp10) {
  TestServer server;
  TestClient plain(server.port());
  plain.send("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_THAT(plain.rest(), HasSubstr("Connection: close\r\n"));
  TestClient kept(server.port());
  kept.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(kept.answer(), HasSubstr("Connection: keep-alive\r\n"));
  kept.send("GET /chunked?size=1000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string answer = kept.rest();
  EXPECT_THAT(answer, Not(HasSubstr("chunked\r\n")));
  EXPECT_EQ(test_body(answer).size(), 1000U);
}

// boto3 sends Expect on every put and waits for the word before it sends the body.
TEST(HttpServer, ContinuesWhenTheHeadIsAccepted) {
  TestServer server;
  TestClient client(server.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.answer(true), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_EQ(test_body(client.answer()), "body");
  // A client that did not wait needs no word.
  client.send(test_request("PUT", "/echo", "Expect: 100-continue\r\n", "body"));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200"));
  // One that waits to send nothing still waits.
  client.send("PUT /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.answer(true), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200"));
}

// A refused upload must not be read: the answer replaces the 100.
TEST(HttpServer, RefusesInsteadOfContinuing) {
  TestServer server;
  TestClient client(server.port());
  client.send(
      "PUT /refuse HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4000000\r\n\r\n");
  const std::string answer = client.answer();
  EXPECT_EQ(test_status(answer), 403);
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_TRUE(server.record.pieces.empty());
}

// A refused small body is dropped and the connection kept; of a large one the client still gets the
// answer.
TEST(HttpServer, DrainsRefusedBodies) {
  TestServer server;
  TestClient small(server.port());
  small.send(test_request("PUT", "/refuse", "", std::string(500'000, 'x')) +
             test_request("GET", "/echo"));
  EXPECT_EQ(test_status(small.answer()), 403);
  EXPECT_EQ(test_status(small.answer()), 200);
  TestClient large(server.port());
  EXPECT_TRUE(large.send(test_request("PUT", "/refuse", "", std::string(20 * kMiB, 'x'))));
  EXPECT_EQ(test_status(large.answer()), 403);
  TestClient stopped(server.port());
  EXPECT_TRUE(stopped.send(test_request("PUT", "/stop", "", std::string(20 * kMiB, 'x'))));
  EXPECT_EQ(test_body(stopped.answer()), "stopped");
  EXPECT_TRUE(stopped.closed());
}

TEST(HttpServer, DecodesChunkedUploads) {
  TestServer server;
  TestClient client(server.port());
  client.send(
      "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;name=\"value\"\r\nhello\r\n1\r\n \r\n005\r\nworld\r\n0\r\nx-amz-trailer: 1\r\n\r\n" +
      test_request("GET", "/blocking"));
  EXPECT_EQ(test_body(client.answer()), "hello world");
  EXPECT_EQ(test_status(client.answer()), 200);  // What followed the trailers was not lost.
  std::string big = "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) big += "4000\r\n" + std::string(0x4000, 'c') + "\r\n";
  client.send(big + "0\r\n\r\n" + test_request("POST", "/echo", "", "after"));
  EXPECT_EQ(test_status(client.answer()), 200);
  EXPECT_EQ(test_body(client.answer()), "after");
  EXPECT_EQ(server.record.body_bytes, 11U + 100 * 0x4000 + 5);
}

// HEAD announces the length of what GET would answer and sends nothing.
TEST(HttpServer, AnswersHeadWithoutABody) {
  TestServer server;
  TestClient client(server.port());
  client.send(test_request("HEAD", "/length") + test_request("HEAD", "/stream?size=1000") +
              test_request("POST", "/echo", "", "x"));
  EXPECT_THAT(client.answer(true), HasSubstr("Content-Length: 12345\r\n"));
  EXPECT_THAT(client.answer(true), HasSubstr("Content-Length: 1000\r\n"));
  EXPECT_EQ(test_body(client.answer()), "x");
}

TEST(HttpServer, SendsNoLengthWith204And304) {
  TestServer server;
  TestClient client(server.port());
  for (const char* status : {"204", "304"}) {
    client.send(test_request("DELETE", std::string("/empty?status=") + status));
    const std::string answer = client.answer(true);
    EXPECT_THAT(answer, StartsWith(std::string("HTTP/1.1 ") + status));
    EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
  }
  client.send(test_request("GET", "/empty?status=200"));
  EXPECT_THAT(client.answer(), HasSubstr("Content-Length: 0\r\n"));
}

// The contract: up to 64 KiB one piece, whether the bytes came with the head or later.
TEST(HttpServer, DeliversSmallBodiesInOnePiece) {
  TestServer server;
  TestClient client(server.port());
  for (const std::size_t size : {1U, 1000U, 16'000U, 20'000U, 65'536U}) {
    const std::string request = test_request("PUT", "/echo", "", std::string(size, 'b'));
    client.send(std::string_view(request).substr(0, request.size() - size / 2));
    client.send(std::string_view(request).substr(request.size() - size / 2));
    EXPECT_EQ(test_status(client.answer()), 200);
    EXPECT_EQ(server.record.pieces.back(), size);
  }
  EXPECT_EQ(server.record.pieces.size(), 5U);
}

// Constant memory for any object size is a promise: 512 MiB up and down within a few buffers.
TEST(HttpServer, StreamsLargeBodiesInConstantMemory) {
  TestServer server;
  TestClient client(server.port());
  constexpr std::size_t kSize = 512 * kMiB;
  const std::string block(kMiB, 'u');
  const std::size_t before = resident_bytes();
  client.send("PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(kSize) +
              "\r\n\r\n");
  for (std::size_t sent = 0; sent < kSize; sent += kMiB) ASSERT_TRUE(client.send(block));
  EXPECT_EQ(test_status(client.answer()), 200);
  EXPECT_LT(resident_bytes(), before + 16 * kMiB);
  EXPECT_EQ(server.record.body_bytes, kSize);
  for (const std::size_t piece : server.record.pieces) ASSERT_LE(piece, 256 * 1024U);
}

TEST(HttpServer, StreamsAnswers) {
  TestServer server;
  TestClient client(server.port());
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{262'144}, 3 * kMiB + 17}) {
    client.send(test_request("GET", "/stream?size=" + std::to_string(size)));
    const std::string answer = client.answer();
    EXPECT_EQ(test_status(answer), 200);
    EXPECT_EQ(test_body(answer).size(), size);
  }
  client.send(test_request("GET", "/chunked?size=300000"));
  const std::string answer = client.answer();
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(test_body(answer), StartsWith("40000\r\nsss"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

// A body that ends early must be seen by the client as one: only closing can say so.
TEST(HttpServer, ClosesWhenAStreamFails) {
  TestServer server;
  TestClient ended(server.port());
  ended.send(test_request("GET", "/short?size=1000"));
  EXPECT_EQ(test_body(ended.rest()).size(), 1000U);
  TestClient late(server.port());
  late.send(test_request("GET", "/stream?size=1000000&fail_at=500000"));
  const std::string answer = late.rest();
  EXPECT_EQ(test_status(answer), 200);
  EXPECT_LT(test_body(answer).size(), 1'000'000U);
  TestClient early(server.port());
  early.send(test_request("GET", "/stream?size=1000000&fail_at=0"));
  EXPECT_EQ(test_status(early.rest()), 500);
}

// A handler's exception is its request's problem, never the daemon's.
TEST(HttpServer, AnswersExceptionsWith500) {
  TestServer server;
  for (const char* path : {"/throw_head", "/throw_body", "/throw"}) {
    TestClient client(server.port());
    client.send(test_request("POST", path, "", "x"));
    EXPECT_EQ(test_status(client.answer()), 500) << path;
    client.send(test_request("POST", "/echo", "", "still there"));
    EXPECT_EQ(test_body(client.answer()), "still there") << path;
  }
}

TEST(HttpServer, SaysWhyItCannotListen) {
  TestServer first;
  ServerOptions options;
  options.port = first.port();
  Server second(options, nullptr, nullptr);
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(first.port()) +
                                    ": address already in use; stop the program"));
  }
  options.address = "example.com";
  Server third(options, nullptr, nullptr);
  EXPECT_THROW(third.start(), std::runtime_error);
}

}  // namespace
}  // namespace cumulite::http
