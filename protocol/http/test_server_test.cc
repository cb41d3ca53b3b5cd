#include "protocol/http/test_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

namespace cumulite::http {

namespace {

constexpr std::chrono::seconds kPatience{5};

/// Yields `left` bytes; fails at the byte `fail_at` if asked to.
class TestSource final : public BodySource {
 public:
  TestSource(std::uint64_t size, std::uint64_t fail_at) : left_(size), fail_at_(fail_at) {}

  std::size_t read(char* data, std::size_t size) override {
    if (sent_ >= fail_at_) throw std::runtime_error("disk on fire");
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
    std::memset(data, 's', count);
    left_ -= count;
    sent_ += count;
    return count;
  }

 private:
  std::uint64_t left_;
  std::uint64_t sent_ = 0;
  std::uint64_t fail_at_;
};

std::uint64_t number(const Request& request, std::string_view name, std::uint64_t otherwise) {
  const std::string text = request.query_value(name);
  return text.empty() ? otherwise : std::stoull(text);
}

Response text_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.add_header("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

/// /echo answers the body's size and the first bytes; /refuse refuses on the head; /stop refuses at
/// the first piece; /throw_head, /throw_body and /throw throw; /stream, /chunked and /short?size=
/// stream; /fail?at= fails while streaming; /blocking runs on the pool; /park waits for the topic;
/// /empty?status= answers without a body; /headers shows what was parsed.
class TestExchange final : public Exchange {
 public:
  TestExchange(const Request& request, TestRecord& record, TestTopic& topic)
      : request_(request), record_(record), topic_(topic) {
    const std::lock_guard lock(record_.mutex);
    ++record_.heads;
  }

  ~TestExchange() override {
    const std::lock_guard lock(record_.mutex);
    ++record_.finished;
    record_.changed.notify_all();
  }

  std::optional<Response> on_head() override {
    if (request_.path == "/throw_head") throw std::runtime_error("head");
    if (request_.path == "/refuse") return text_response(403, "refused");
    return std::nullopt;
  }

  bool on_body(std::string_view piece) override {
    if (request_.path == "/throw_body") throw std::runtime_error("body");
    const std::lock_guard lock(record_.mutex);
    record_.pieces.push_back(piece.size());
    record_.body_bytes += piece.size();
    if (body_.size() < 4096) body_.append(piece.substr(0, 4096));
    return request_.path != "/stop";
  }

  bool blocking() const override { return request_.path == "/blocking"; }

  std::variant<Response, Parked> respond(bool final_try) override {
    if (request_.path == "/throw") throw std::runtime_error("respond");
    if (request_.path == "/park") return park(final_try);
    if (request_.path == "/stop") return text_response(400, "stopped");
    if (request_.path == "/headers") return text_response(200, describe());
    if (request_.path == "/close") {
      Response response = text_response(200, "bye");
      response.close = true;
      return response;
    }
    if (request_.path == "/empty")
      return text_response(static_cast<int>(number(request_, "status", 204)), "");
    if (request_.path == "/length") {
      Response response = text_response(200, "");
      response.content_length_override = 12345;
      return response;
    }
    if (request_.path == "/stream" || request_.path == "/chunked" || request_.path == "/short")
      return stream();
    return text_response(200, body_);
  }

 private:
  std::string describe() const {
    std::string out = std::string(request_.method) + " " + std::string(request_.path) + " [" +
                      std::string(request_.query) + "] from " +
                      std::string(request_.remote_address) + (request_.tls ? " tls" : "") + "\n";
    for (const Header& line : request_.headers) {
      out.append(line.name).append("=").append(line.value).append("\n");
    }
    return out;
  }

  Response stream() const {
    const std::uint64_t size = number(request_, "size", 100);
    Response response = text_response(200, "");
    response.stream_length = request_.path == "/short" ? size + 1 : size;
    response.chunked = request_.path == "/chunked";
    response.stream = std::make_unique<TestSource>(size, number(request_, "fail_at", UINT64_MAX));
    return response;
  }

  std::variant<Response, Parked> park(bool final_try) {
    const std::lock_guard lock(record_.mutex);
    if (record_.items > 0) {
      --record_.items;
      ++record_.taken;
      return text_response(200, "item");
    }
    if (final_try) {
      ++record_.final_tries;
      return text_response(200, "nothing");
    }
    Parked parked;
    parked.timeout_ms = static_cast<std::int64_t>(number(request_, "ms", 20'000));
    parked.subscribe = [this](std::function<void()> wake) {
      return topic_.subscribe(std::move(wake));
    };
    return parked;
  }

  const Request& request_;
  TestRecord& record_;
  TestTopic& topic_;
  std::string body_;
};

}  // namespace

class TestTopic::Entry final : public Subscription {
 public:
  Entry(TestTopic& topic, std::uint64_t id) : topic_(topic), id_(id) {}

  ~Entry() override {
    const std::lock_guard lock(topic_.mutex_);
    topic_.wakes_.erase(id_);
    topic_.changed_.notify_all();
  }

 private:
  TestTopic& topic_;
  std::uint64_t id_;
};

std::unique_ptr<Subscription> TestTopic::subscribe(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wakes_.emplace(++next_, std::move(wake));
  changed_.notify_all();
  return std::make_unique<Entry>(*this, next_);
}

void TestTopic::notify() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, wake] : wakes_) wake();
}

std::size_t TestTopic::waiting() {
  const std::lock_guard lock(mutex_);
  return wakes_.size();
}

bool TestTopic::await_waiting(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return wakes_.size() == count; });
}

bool TestRecord::await_finished(int count, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, patience, [&] { return finished >= count; });
}

TestServer::TestServer(ServerOptions options) {
  options.port = 0;
  if (options.threads == 0) options.threads = 2;
  auto factory = [this](const Request& request) {
    return std::make_unique<TestExchange>(request, record, topic);
  };
  auto malformed = [](int status, std::string_view reason) {
    return text_response(status, std::string(reason));
  };
  server_ = std::make_unique<Server>(std::move(options), factory, malformed);
  server_->start();
}

TestServer::~TestServer() {
  server_->stop();
}

TestClient::TestClient() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{2, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int no_delay = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
}

void TestClient::connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the test client cannot connect");
  }
}

TestClient::~TestClient() {
  close();
}

void TestClient::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

bool TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TestClient::read_more() {
  char block[65536];
  const ssize_t size = ::recv(descriptor_, block, sizeof block, 0);
  if (size == 0) ended_ = true;
  if (size <= 0) return false;
  buffer_.append(block, static_cast<std::size_t>(size));
  return true;
}

std::string TestClient::answer(bool head_only) {
  std::size_t head = 0;
  while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return {};
  }
  head += 4;
  std::size_t size = head;
  const std::string text = buffer_.substr(0, head);
  if (const std::size_t at = text.find("Content-Length: "); at != std::string::npos && !head_only) {
    size += std::stoul(text.substr(at + 16));
  } else if (text.find("Transfer-Encoding: chunked") != std::string::npos && !head_only) {
    while ((size = buffer_.find("\r\n0\r\n\r\n", head)) == std::string::npos) {
      if (!read_more()) return {};
    }
    size += 7;
  }
  while (buffer_.size() < size) {
    if (!read_more()) return {};
  }
  const std::string answer = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

std::string TestClient::rest() {
  while (read_more()) {
  }
  return std::exchange(buffer_, {});
}

std::string test_request(std::string_view method, std::string_view path, std::string_view lines,
                         std::string_view body) {
  std::string out;
  out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n").append(lines);
  if (!body.empty())
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  out.append("\r\n").append(body);
  return out;
}

int test_status(std::string_view answer) {
  return answer.size() < 12 ? 0 : std::atoi(std::string(answer.substr(9, 3)).c_str());
}

std::string test_body(std::string_view answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  return head == std::string_view::npos ? std::string() : std::string(answer.substr(head + 4));
}

}  // namespace cumulite::http
