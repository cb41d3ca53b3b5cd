#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/http/client.h"
#include "protocol/http/server.h"
#include "protocol/http/test_server.h"

namespace cumulite::http {
namespace {

using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

void add_item(TestServer& server) {
  {
    const std::lock_guard lock(server.record.mutex);
    ++server.record.items;
  }
  server.topic.notify();
}

TEST(HttpParking, AnswersOnAWake) {
  TestServer server;
  TestClient client(server.port());
  client.send(test_request("GET", "/park"));
  ASSERT_TRUE(server.topic.await_waiting(1));
  server.topic.notify();  // A wake without an item: it parks again.
  add_item(server);
  EXPECT_EQ(test_body(client.answer()), "item");
  EXPECT_TRUE(server.topic.await_waiting(0));
  client.send(test_request("POST", "/echo", "", "next"));
  EXPECT_EQ(test_body(client.answer()), "next");
}

TEST(HttpParking, AnswersAtItsTimeOut) {
  TestServer server;
  TestClient client(server.port());
  const auto begin = Clock::now();
  client.send(test_request("GET", "/park?ms=150"));
  EXPECT_EQ(test_body(client.answer()), "nothing");
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(150));
  EXPECT_EQ(server.record.final_tries, 1);
}

// A long poll of a client that went away would take a message that nobody gets.
TEST(HttpParking, ForgetsClientsThatWentAway) {
  TestServer server;
  TestClient client(server.port());
  client.send(test_request("GET", "/park"));
  ASSERT_TRUE(server.topic.await_waiting(1));
  client.close();
  EXPECT_TRUE(server.record.await_finished(1));
  add_item(server);
  EXPECT_EQ(server.record.taken, 0);
}

// Bytes of the next request hide the end of the stream from a read; the sweep still finds it.
TEST(HttpParking, ForgetsPipeliningClientsThatWentAway) {
  ServerOptions options;
  options.head_timeout_ms = 200;  // Makes the sweep frequent.
  TestServer server(options);
  TestClient client(server.port());
  client.send(test_request("GET", "/park"));
  ASSERT_TRUE(server.topic.await_waiting(1));
  client.send(test_request("GET", "/echo"));
  add_item(server);
  EXPECT_EQ(test_body(client.answer()), "item");
  EXPECT_EQ(test_status(client.answer()), 200);
  client.send(test_request("GET", "/park"));
  ASSERT_TRUE(server.topic.await_waiting(1));
  client.send(test_request("GET", "/echo"));
  EXPECT_FALSE(server.record.await_finished(3, std::chrono::milliseconds(100)));
  client.close();
  EXPECT_TRUE(server.record.await_finished(3));
  add_item(server);
  EXPECT_EQ(server.record.taken, 1);
}

TEST(HttpParking, WakesManyFromManyThreads) {
  TestServer server;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    clients.back()->send(test_request("GET", "/park"));
  }
  ASSERT_TRUE(server.topic.await_waiting(20));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&server] {
      for (int j = 0; j < 5; ++j) add_item(server);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& client : clients) EXPECT_EQ(test_body(client->answer()), "item");
}

// A stop keeps what is in flight: parked ones get their final try, bodies on their way are
// finished.
TEST(HttpStop, DrainsRequestsInFlight) {
  TestServer server;
  TestClient idle(server.port());
  TestClient parked(server.port());
  TestClient uploading(server.port());
  parked.send(test_request("GET", "/park"));
  ASSERT_TRUE(server.topic.await_waiting(1));
  uploading.send(
      "PUT /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  ASSERT_EQ(test_status(uploading.answer(true)), 100);
  std::thread stopping([&server] { server.stop(); });
  const std::string answer = parked.answer();
  EXPECT_EQ(test_body(answer), "nothing");
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_TRUE(idle.closed());
  uploading.send("body");
  EXPECT_EQ(test_body(uploading.answer()), "body");
  stopping.join();
  EXPECT_THROW(TestClient late(server.port()), std::runtime_error);
}

TEST(HttpStop, GivesUpAfterTheDrainTimeOut) {
  ServerOptions options;
  options.drain_timeout_ms = 100;
  TestServer server(options);
  TestClient stuck(server.port());
  stuck.send("PUT /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  ASSERT_EQ(test_status(stuck.answer(true)), 100);
  server.stop();
  EXPECT_EQ(server.record.finished, 1);  // The Exchange is gone when stop returns.
  EXPECT_TRUE(stuck.closed());
}

TEST(HttpTls, ServesBothOnOnePort) {
  ServerOptions options;
  options.tls_self_signed = true;
  TestServer server(options);
  const std::string port = std::to_string(server.port());
  auto secure = call({.method = "GET", .url = "https://localhost:" + port + "/headers"});
  ASSERT_TRUE(secure.ok()) << secure.error().message;
  EXPECT_THAT(secure->body, HasSubstr("127.0.0.1 tls"));
  auto plain = call({.method = "GET", .url = "http://localhost:" + port + "/headers"});
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  EXPECT_EQ(plain->body.find(" tls"), std::string::npos);
  auto large = call({.method = "GET", .url = "https://localhost:" + port + "/stream?size=3000000"});
  ASSERT_TRUE(large.ok()) << large.error().message;
  EXPECT_EQ(large->body.size(), 3'000'000U);
  auto upload =
      call({.url = "https://localhost:" + port + "/echo", .body = std::string(1'000'000, 'u')});
  ASSERT_TRUE(upload.ok()) << upload.error().message;
  EXPECT_EQ(server.record.body_bytes, 1'000'000U);
}

TEST(HttpTls, SaysWhyACertificateIsUnusable) {
  ServerOptions options;
  options.port = 0;
  options.tls_certificate_file = "/nonexistent/certificate.pem";
  Server server(options, nullptr, nullptr);
  try {
    server.start();
    FAIL() << "started without its certificate";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("/nonexistent/certificate.pem"));
  }
}

}  // namespace
}  // namespace cumulite::http
