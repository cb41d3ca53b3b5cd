#include "emulator/functions/runtime/runtime_api.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "emulator/functions/failure.h"
#include "protocol/codec/base64.h"
#include "protocol/http/chunked_decoder.h"
#include "protocol/http/head_parser.h"

namespace cumulite::functions {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kSocketReadBytes = 64 * 1024;
constexpr std::size_t kHeadBytesMax = 64 * 1024;
constexpr int kBacklog = 16;
constexpr std::string_view kPrefix = "/2018-06-01/runtime/";

constexpr std::string_view kAccepted =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    "{\"status\":\"OK\"}\n";
constexpr std::string_view kNotFound =
    "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// Binds 127.x.y.z with random x, y, z and a port that the kernel chooses: some 2^38 places to
/// look.
Descriptor listen_somewhere(std::string& address) {
  Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  std::array<unsigned char, 4> bytes = {};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("there is no randomness");
  bytes[0] = 127;
  if (bytes[3] == 0 || bytes[3] == 255) bytes[3] = 1;
  sockaddr_in place = {};
  place.sin_family = AF_INET;
  std::memcpy(&place.sin_addr, bytes.data(), bytes.size());
  auto* raw = reinterpret_cast<sockaddr*>(&place);
  socklen_t size = sizeof place;
  if (!listener.open() || ::bind(listener.get(), raw, size) != 0 ||
      ::listen(listener.get(), kBacklog) != 0 || ::getsockname(listener.get(), raw, &size) != 0) {
    throw std::runtime_error(fmt::format("no Runtime API socket: {}", std::strerror(errno)));
  }
  address =
      fmt::format("{}.{}.{}.{}:{}", bytes[0], bytes[1], bytes[2], bytes[3], ntohs(place.sin_port));
  return listener;
}

/// Sends all of it, waiting for room up to the deadline.
bool send_all(int fd, std::string_view bytes, SteadyClock::time_point deadline) {
  while (!bytes.empty()) {
    const auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno != EAGAIN && errno != EINTR) return false;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return false;
    pollfd watched = {fd, POLLOUT, 0};
    ::poll(&watched, 1, static_cast<int>(left.count()));
  }
  return true;
}

/// Which call a path is, with the request's id; nullopt for a path that the API does not have.
std::optional<RuntimeCall> call_of(const http::Request& request) {
  auto path = request.path;
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  RuntimeCall call;
  if (path == "invocation/next" && request.method == "GET") return call;
  if (request.method != "POST") return std::nullopt;
  call.error_type = request.header("Lambda-Runtime-Function-Error-Type");
  if (path == "init/error") {
    call.kind = RuntimeCall::Kind::kInitError;
    return call;
  }
  constexpr std::string_view kInvocation = "invocation/";
  const auto slash = path.rfind('/');
  if (!path.starts_with(kInvocation) || slash < kInvocation.size()) return std::nullopt;
  call.request_id = path.substr(kInvocation.size(), slash - kInvocation.size());
  call.content_type = request.header("Content-Type");
  call.is_streaming = request.header("Lambda-Runtime-Function-Response-Mode") == "streaming";
  const auto action = path.substr(slash + 1);
  if (action != "response" && action != "error") return std::nullopt;
  call.kind = action == "error" ? RuntimeCall::Kind::kError : RuntimeCall::Kind::kResponse;
  return call;
}

}  // namespace

struct RuntimeApi::Connection {
  explicit Connection(int fd) : socket(fd) {}

  Descriptor socket;
  std::string input = {};  ///< Not yet parsed.
  /// Of the call whose body is being read.
  std::optional<RuntimeCall> call = {};
  bool is_known = false;
  bool is_chunked = false;
  std::uint64_t body_size = 0;  ///< Of which only what is allowed is kept.
  std::uint64_t body_left = 0;
  http::ChunkedDecoder chunks = {};
};

RuntimeApi::RuntimeApi() : listener_(listen_somewhere(address_)) {}

RuntimeApi::~RuntimeApi() = default;

std::vector<int> RuntimeApi::readable() const {
  std::vector<int> descriptors = {listener_.get()};
  for (const auto& connection : connections_) descriptors.push_back(connection->socket.get());
  return descriptors;
}

void RuntimeApi::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    // Event and answer are small writes that each wait for the other side.
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.push_back(std::make_unique<Connection>(fd));
  }
}

/// False: the process closed the connection.
bool RuntimeApi::read_from(Connection& connection) {
  std::array<char, kSocketReadBytes> buffer;
  for (;;) {
    const auto count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) {
      connection.input.append(buffer.data(), static_cast<std::size_t>(count));
      if (static_cast<std::size_t>(count) < buffer.size()) return true;
      continue;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR);
  }
}

std::vector<RuntimeCall> RuntimeApi::receive(const ResponseLimits& limits) {
  accept_all();
  std::vector<RuntimeCall> calls;
  std::erase_if(connections_, [&](const auto& connection) {
    const bool is_open = read_from(*connection);
    take_calls(*connection, limits, calls);
    if (!is_open && waiting_ == connection.get()) waiting_ = nullptr;
    return !is_open;
  });
  return calls;
}

namespace {

/// Moves what has come of the body from `input` to the call. True: the body is complete.
template <class Connection>
bool take_body(Connection& connection, std::size_t body_bytes_max) {
  const auto keep = [&](std::string_view piece) {
    connection.body_size += piece.size();
    if (connection.body_size <= body_bytes_max) connection.call->body.append(piece);
  };
  if (!connection.is_chunked) {
    const auto size = std::min<std::uint64_t>(connection.body_left, connection.input.size());
    keep(std::string_view(connection.input).substr(0, size));
    connection.input.erase(0, size);
    connection.body_left -= size;
    return connection.body_left == 0;
  }
  std::string_view input = connection.input;
  std::string_view piece;
  auto step = connection.chunks.next(input, piece);
  while (step == http::ChunkedDecoder::Step::kPiece) {
    keep(piece);
    step = connection.chunks.next(input, piece);
  }
  connection.input.erase(0, connection.input.size() - input.size());
  return step != http::ChunkedDecoder::Step::kNeedMore;
}

/// Starts a call when its head is complete. False: not yet, or what came is no HTTP.
template <class Connection>
bool take_head(Connection& connection) {
  const auto end = http::find_head_end(connection.input, 0);
  if (end == std::string_view::npos) {
    if (connection.input.size() > kHeadBytesMax) connection.input.clear();
    return false;
  }
  http::Head head;
  const auto refusal = http::parse_head(std::string_view(connection.input).substr(0, end), head);
  if (refusal.status != 0) {
    connection.input.clear();
    return false;
  }
  auto call = call_of(head.request);
  connection.is_known = call.has_value();
  connection.call = call ? std::move(*call) : RuntimeCall{};
  connection.is_chunked = head.request.chunked;
  connection.body_left = head.request.has_content_length ? head.request.content_length : 0;
  connection.body_size = 0;
  connection.chunks = {};
  if (head.expect_continue) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    ::send(connection.socket.get(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
  }
  connection.input.erase(0, end);
  return true;
}

/// Hands on what has come of a streamed response; its head alone is worth a call too.
void pass_piece(RuntimeCall& call, std::vector<RuntimeCall>& calls) {
  auto piece = call;
  piece.kind = RuntimeCall::Kind::kPiece;
  call.body.clear();
  calls.push_back(std::move(piece));
}

std::string_view trailer_of(std::string_view trailers, std::string_view name) {
  while (!trailers.empty()) {
    const auto end = std::min(trailers.find("\r\n"), trailers.size());
    const auto line = trailers.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && http::header_name_equals(line.substr(0, colon), name)) {
      const auto value = line.substr(colon + 1);
      return value.substr(std::min(value.find_first_not_of(' '), value.size()));
    }
    trailers.remove_prefix(std::min(end + 2, trailers.size()));
  }
  return {};
}

/// What the trailers of a streamed response say of its end: that it failed after all.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
void read_trailers(const std::string& trailers, RuntimeCall& call) {
  const auto type = trailer_of(trailers, "Lambda-Runtime-Function-Error-Type");
  if (type.empty()) return;
  call.kind = RuntimeCall::Kind::kError;
  call.error_type = type;
  call.body =
      codec::base64_decode(trailer_of(trailers, "Lambda-Runtime-Function-Error-Body")).value_or("");
  if (call.body.empty()) call.body = failure_json(type, "The function failed while it streamed");
}

}  // namespace

void RuntimeApi::take_calls(Connection& connection, const ResponseLimits& limits,
                            std::vector<RuntimeCall>& calls) {
  for (;;) {
    if (!connection.call && !take_head(connection)) return;
    const bool is_streamed = connection.is_known && connection.call->is_streaming &&
                             connection.call->kind == RuntimeCall::Kind::kResponse;
    const auto body_bytes_max = is_streamed ? limits.stream_bytes_max : limits.body_bytes_max;
    const bool has_body = connection.is_chunked || connection.body_left > 0;
    const bool is_complete = !has_body || take_body(connection, body_bytes_max);
    if (is_streamed) pass_piece(*connection.call, calls);
    if (!is_complete) return;
    auto call = std::move(*connection.call);
    connection.call.reset();
    if (is_streamed) read_trailers(connection.chunks.trailers(), call);
    const auto soon = SteadyClock::now() + std::chrono::seconds(1);
    if (!connection.is_known) {
      send_all(connection.socket.get(), kNotFound, soon);
      continue;
    }
    if (call.kind == RuntimeCall::Kind::kNext) {
      waiting_ = &connection;
    } else if (connection.body_size > body_bytes_max) {
      call.kind = RuntimeCall::Kind::kError;
      call.error_type = "Function.ResponseSizeTooLarge";
      call.body = fmt::format(
          R"({{"errorMessage":"Response payload size exceeded maximum allowed payload size ({} bytes).","errorType":"{}"}})",
          body_bytes_max, call.error_type);
      const auto refusal = fmt::format(
          "HTTP/1.1 413 Payload Too Large\r\nContent-Type: application/json\r\n"
          "Content-Length: {}\r\n\r\n{}",
          call.body.size(), call.body);
      send_all(connection.socket.get(), refusal, soon);
    } else {
      send_all(connection.socket.get(), kAccepted, soon);
    }
    calls.push_back(std::move(call));
  }
}

bool RuntimeApi::send_event(const std::vector<std::pair<std::string, std::string>>& headers,
                            std::string_view event, std::int64_t timeout_ms) {
  if (waiting_ == nullptr) return false;
  auto bytes = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n",
      event.size());
  for (const auto& [name, value] : headers) bytes += fmt::format("{}: {}\r\n", name, value);
  bytes += "\r\n";
  bytes += event;
  const int fd = std::exchange(waiting_, nullptr)->socket.get();
  return send_all(fd, bytes, SteadyClock::now() + std::chrono::milliseconds(timeout_ms));
}

}  // namespace cumulite::functions
