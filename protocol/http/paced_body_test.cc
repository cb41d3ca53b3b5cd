#include "protocol/http/paced_body.h"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "protocol/http/test_server.h"

namespace cumulite::http {
namespace {

/// Text that the test writes while it is sent.
struct Pace {
  std::mutex mutex;
  std::condition_variable changed;
  std::string text;
  bool is_ended = false;
  bool is_gone = false;  ///< The body was destroyed.
  std::function<void()> wake;

  void write(std::string_view more, bool is_last = false) {
    std::function<void()> called;
    {
      const std::lock_guard lock(mutex);
      text += more;
      is_ended = is_last;
      called = std::exchange(wake, nullptr);
    }
    if (called) called();
  }

  bool await_gone() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(5), [&] { return is_gone; });
  }
};

class TestBody final : public PacedBody {
 public:
  explicit TestBody(Pace& pace) : pace_(pace) {}

  ~TestBody() override {
    const std::lock_guard lock(pace_.mutex);
    pace_.is_gone = true;
    pace_.changed.notify_all();
  }

  bool is_ready(std::function<void()> wake) override {
    const std::lock_guard lock(pace_.mutex);
    if (!pace_.text.empty() || pace_.is_ended) return true;
    if (wake) pace_.wake = std::move(wake);
    return false;
  }

  std::size_t read(char* data, std::size_t size) override {
    const std::lock_guard lock(pace_.mutex);
    const auto count = std::min(size, pace_.text.size());
    std::copy_n(pace_.text.data(), count, data);
    pace_.text.erase(0, count);
    return count;
  }

 private:
  Pace& pace_;
};

class PacedExchange final : public Exchange {
 public:
  PacedExchange(Pace& pace, const Request& request)
      : pace_(pace), is_plain_(request.path == "/plain") {}

  bool blocking() const override { return is_plain_; }

  std::optional<Response> on_head() override { return std::nullopt; }

  bool on_body(std::string_view) override { return true; }

  std::variant<Response, Parked> respond(bool) override {
    Response response;
    response.body = "at once";
    if (is_plain_) return response;
    response.stream = std::make_unique<TestBody>(pace_);
    response.chunked = true;
    return response;
  }

 private:
  Pace& pace_;
  bool is_plain_;
};

/// One thread for sockets and one in the pool: a body that held either would be noticed.
class PacedServer {
 public:
  PacedServer()
      : server_(
            {.port = 0, .threads = 1, .pool_threads = 1, .drain_timeout_ms = 500},
            [this](const Request& request) {
              return std::make_unique<PacedExchange>(pace, request);
            },
            [](int status, std::string_view) {
              Response response;
              response.status = status;
              return response;
            }) {
    server_.start();
  }

  std::uint16_t port() const { return server_.port(); }

  void stop() { server_.stop(); }

  Pace pace;

 private:
  Server server_;
};

/// What comes next, without waiting for the end.
std::string some_of(const TestClient& client) {
  std::string bytes(4096, '\0');
  const auto count = ::recv(client.descriptor(), bytes.data(), bytes.size(), 0);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

// What a function has streamed is with the client before the function goes on.
TEST(PacedBody, ArrivesAsItIsWritten) {
  PacedServer server;
  TestClient client(server.port());
  client.send(test_request("GET", "/"));
  server.pace.write("first");
  EXPECT_NE(some_of(client).find("\r\n\r\n5\r\nfirst\r\n"), std::string::npos);
  server.pace.write("second");
  EXPECT_EQ(some_of(client), "6\r\nsecond\r\n");
  server.pace.write("", true);
  EXPECT_EQ(some_of(client), "0\r\n\r\n");
  EXPECT_TRUE(server.pace.await_gone());
}

// Many bodies that nobody writes: another call still finds a thread for its own.
TEST(PacedBody, HoldsNoThreadWhileItWaits) {
  PacedServer server;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    clients.back()->send(test_request("GET", "/"));
  }
  TestClient last(server.port());
  last.send(test_request("GET", "/plain"));
  EXPECT_EQ(test_body(last.answer()), "at once");
}

TEST(PacedBody, EndsWhenTheClientLeaves) {
  PacedServer server;
  {
    TestClient client(server.port());
    client.send(test_request("GET", "/"));
    server.pace.write("first");
    EXPECT_FALSE(some_of(client).empty());
  }
  EXPECT_TRUE(server.pace.await_gone());
}

// A server that stops does not wait for what a function may still have to say.
TEST(PacedBody, EndsWhenTheServerStops) {
  PacedServer server;
  TestClient client(server.port());
  client.send(test_request("GET", "/"));
  server.pace.write("first");
  EXPECT_FALSE(some_of(client).empty());
  server.stop();
  EXPECT_TRUE(server.pace.is_gone);
  EXPECT_EQ(client.rest(), "");
}

}  // namespace
}  // namespace cumulite::http
