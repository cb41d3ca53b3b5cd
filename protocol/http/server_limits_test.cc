#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/http/server.h"
#include "protocol/http/test_server.h"

namespace cumulite::http {
namespace {

using testing::HasSubstr;

int status_of(std::uint16_t port, std::string_view bytes) {
  TestClient client(port);
  client.send(bytes);
  return test_status(client.answer());
}

// Whatever two parsers could read differently is how requests are smuggled: each must be refused,
// and the connection closed, since nobody knows where the next request begins.
TEST(HttpLimits, RefusesMalformedHeads) {
  struct Case {
    const char* bytes;
    int status;
  };

  static constexpr Case kCases[] = {
      {"\x16\x03\x01\x02\x01 no TLS here", 400},
      {"GET\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: t\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: t\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET relative HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"CONNECT host:443 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : t\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nBad Name: x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nNo colon\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\x01z\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\nY: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n folded\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "chunked\r\n\r\n",
       400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\n", 501},
      {"PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc", 400},
      {"PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
       400},
  };
  TestServer server;
  for (const Case& test : kCases) {
    TestClient client(server.port());
    client.send(test.bytes);
    const std::string answer = client.answer();
    EXPECT_EQ(test_status(answer), test.status) << test.bytes;
    EXPECT_THAT(answer, HasSubstr("Connection: close")) << test.bytes;
  }
}

TEST(HttpLimits, BoundsTheHead) {
  ServerOptions options;
  options.head_bytes_max = 32 * 1024;
  TestServer server(options);
  const auto with_header = [](std::size_t size) {
    return test_request("GET", "/echo", "X: " + std::string(size, 'x') + "\r\n");
  };
  EXPECT_EQ(status_of(server.port(), with_header(30'000)), 200);
  EXPECT_EQ(status_of(server.port(), with_header(33'000)), 431);
  EXPECT_EQ(status_of(server.port(), with_header(1'000'000)), 431);
  EXPECT_EQ(status_of(server.port(), test_request("GET", "/" + std::string(16'000, 't'))), 200);
  EXPECT_EQ(status_of(server.port(), test_request("GET", "/" + std::string(17'000, 't'))), 414);
  EXPECT_EQ(status_of(server.port(), "GET /" + std::string(100'000, 't')), 414);
  std::string many;
  for (int i = 0; i < 600; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(server.port(), test_request("GET", "/echo", many)), 431);
}

TEST(HttpLimits, BoundsTheBody) {
  ServerOptions options;
  options.body_bytes_max = 100'000;
  TestServer server(options);
  EXPECT_EQ(status_of(server.port(), test_request("PUT", "/echo", "", std::string(100'000, 'x'))),
            200);
  EXPECT_EQ(status_of(server.port(), test_request("PUT", "/echo", "", std::string(100'001, 'x'))),
            413);
  std::string chunked = "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 7; ++i) chunked += "4000\r\n" + std::string(0x4000, 'c') + "\r\n";
  EXPECT_EQ(status_of(server.port(), chunked + "0\r\n\r\n"), 413);
}

// A client that holds a half request holds a connection: it gets 408, an idle one is just closed.
TEST(HttpLimits, TimesOutSlowClients) {
  ServerOptions options;
  options.head_timeout_ms = 100;
  options.idle_timeout_ms = 300;
  options.body_timeout_ms = 150;
  TestServer server(options);
  EXPECT_EQ(status_of(server.port(), "GET /echo HTT"), 408);
  EXPECT_EQ(
      status_of(server.port(), "PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc"),
      408);
  EXPECT_EQ(status_of(server.port(),
                      "PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\nabc"),
            408);
  EXPECT_EQ(status_of(server.port(),
                      "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"),
            408);
  TestClient idle(server.port());
  EXPECT_TRUE(idle.closed());
  TestClient kept(server.port());
  kept.send(test_request("GET", "/echo"));
  EXPECT_EQ(test_status(kept.answer()), 200);
  EXPECT_TRUE(kept.closed());
}

// A body that stops coming is refused by who knows what the request called, where there is one.
TEST(HttpLimits, AsksWhoKnowsTheRequestAboutAStalledBody) {
  ServerOptions options;
  options.body_timeout_ms = 100;
  options.stalled = [](const Request& request) {
    Response response;
    response.status = 400;
    response.body = std::string(request.path);
    return response;
  };
  TestServer server(options);
  TestClient client(server.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
  const std::string answer = client.answer();
  EXPECT_EQ(test_status(answer), 400);
  EXPECT_EQ(test_body(answer), "/echo");
}

// The refusal of a second head must not look at the first: its method decided whether a body
// follows.
TEST(HttpLimits, RefusesAfterAHeadRequest) {
  TestServer server;
  TestClient client(server.port());
  client.send(test_request("HEAD", "/echo", "X: " + std::string(30'000, 'x') + "\r\n"));
  EXPECT_EQ(test_status(client.answer(true)), 200);
  client.send("n(nsense\r\n\r\n");
  EXPECT_EQ(test_body(client.answer()), "malformed method");
}

// A client that does not read its answer must not hold it forever.
TEST(HttpLimits, TimesOutClientsThatDoNotRead) {
  ServerOptions options;
  options.body_timeout_ms = 100;
  TestServer server(options);
  TestClient client(server.port());
  client.send(test_request("GET", "/stream?size=100000000"));
  EXPECT_TRUE(server.record.await_finished(1));
}

// Out of descriptors, accepting again at once would spin: it pauses, and goes on when there are
// some.
TEST(HttpLimits, WaitsForDescriptors) {
  TestServer server;
  TestClient before(server.port());
  before.send(test_request("GET", "/echo"));
  EXPECT_EQ(test_status(before.answer()), 200);
  TestClient client;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int next = ::dup(0);
  ::close(next);
  const rlimit low{static_cast<rlim_t>(next), limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  client.connect(server.port());
  client.send(test_request("GET", "/echo"));
  const std::clock_t cpu = std::clock();
  EXPECT_FALSE(server.record.await_finished(2, std::chrono::milliseconds(200)));
  EXPECT_LT(std::clock() - cpu, CLOCKS_PER_SEC / 10);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(test_status(client.answer()), 200);
}

// At the cap new clients wait in the kernel's queue and are served when others leave.
TEST(HttpLimits, CapsConnections) {
  ServerOptions options;
  options.connections_max = 2;
  TestServer server(options);
  auto first = std::make_unique<TestClient>(server.port());
  TestClient second(server.port());
  for (TestClient* client : {first.get(), &second}) {
    client->send(test_request("GET", "/echo"));
    EXPECT_EQ(test_status(client->answer()), 200);
  }
  TestClient third(server.port());
  third.send(test_request("GET", "/echo"));
  EXPECT_FALSE(server.record.await_finished(3, std::chrono::milliseconds(100)));
  first.reset();
  EXPECT_EQ(test_status(third.answer()), 200);
}

}  // namespace
}  // namespace cumulite::http
