#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/http/server.h"

namespace cumulite::http {

/// Wakes parked exchanges, with the guarantee that Subscription asks for. Thread-safe.
class TestTopic {
 public:
  std::unique_ptr<Subscription> subscribe(std::function<void()> wake);
  void notify();
  std::size_t waiting();
  /// Blocks until `count` exchanges wait, at most five seconds. False: it did not come to that.
  bool await_waiting(std::size_t count);

 private:
  class Entry;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::function<void()>> wakes_;
  std::uint64_t next_ = 0;
};

/// What the exchanges of a TestServer saw; read it after the answer came.
struct TestRecord {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::size_t> pieces;  ///< Sizes of all body pieces, in order.
  std::uint64_t body_bytes = 0;
  int heads = 0;
  int finished = 0;  ///< Exchanges destroyed.
  int final_tries = 0;
  int taken = 0;  ///< Answers of /park that found an item.
  int items = 0;  ///< What /park waits for.

  /// Blocks until `finished` is at least `count`, at most `patience`.
  bool await_finished(int count, std::chrono::milliseconds patience = std::chrono::seconds(5));
};

/// A server on a free port whose paths show one behaviour each; see make_exchange in
/// test_server.cc.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {});
  ~TestServer();

  std::uint16_t port() const { return server_->port(); }

  void stop() { server_->stop(); }

  TestRecord record;
  TestTopic topic;

 private:
  std::unique_ptr<Server> server_;
};

/// A blocking plain socket that speaks bytes. Every read gives up after two seconds.
class TestClient {
 public:
  TestClient();

  explicit TestClient(std::uint16_t port) : TestClient() { connect(port); }

  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void connect(std::uint16_t port);
  bool send(std::string_view bytes);
  /// One answer, head and body (by Content-Length; chunked ones as they are on the wire up to the
  /// last chunk). Empty when the connection ended first. `head_only`: the answer has no body
  /// whatever it announces.
  std::string answer(bool head_only = false);
  /// Everything up to the end of the connection.
  std::string rest();

  /// Whether the server closed the connection (waits for it).
  bool closed() { return rest().empty() && ended_; }

  void close();

  int descriptor() const { return descriptor_; }

 private:
  bool read_more();
  int descriptor_ = -1;
  std::string buffer_;
  bool ended_ = false;
};

/// "GET path HTTP/1.1" with Host and the given lines.
std::string test_request(std::string_view method, std::string_view path,
                         std::string_view lines = {}, std::string_view body = {});
/// Status of an answer's first line, or 0.
int test_status(std::string_view answer);
/// Text behind the head.
std::string test_body(std::string_view answer);

}  // namespace cumulite::http
