#include <cstdio>
#include <exception>

#include "protocol/http/session_internal.h"

namespace cumulite::http {

namespace {

constexpr std::int64_t kLingerMs = 3'000;
/// A refused body up to this size is read and dropped to keep the connection.
constexpr std::uint64_t kDrainBytesMax = 1024 * 1024;

bool could_begin_a_method(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

Session::Session(Worker& worker, Socket socket, std::string remote_address)
    : worker_(worker),
      connection_(worker, std::move(socket)),
      remote_address_(std::move(remote_address)) {
  head_.request.remote_address = remote_address_;
}

Session::~Session() {
  if (registered_) worker_.remove(index_);
  ServerShared& shared = worker_.shared();
  const std::lock_guard lock(shared.mutex);
  --shared.connections;
  shared.idle.notify_all();
}

Awaitable<void> Session::run(std::unique_ptr<Session> self) {
  self->index_ = self->worker_.add(self.get());
  self->registered_ = true;
  try {
    co_await self->serve_connection();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "cumulite: a connection ended by an exception: %s\n", e.what());
  } catch (...) {
    std::fputs("cumulite: a connection ended by an unknown exception\n", stderr);
  }
}

Awaitable<void> Session::serve_connection() {
  const ServerOptions& options = worker_.shared().options;
  if (worker_.shared().tls) {
    co_await connection_.accept_tls();
    head_.request.tls = connection_.tls();
  }
  connection_.set_deadline(options.idle_timeout_ms);
  while (!connection_.failed()) {
    const HeadStep step = take_head();
    if (step == HeadStep::kNeedMore) {
      if (worker_.stopping() && phase_ == Phase::kIdle) break;
      const std::size_t size = co_await connection_.read_some(buffer_.tail(), buffer_.tail_size());
      buffer_.commit(size);
      if (connection_.expired() && phase_ == Phase::kHead) {
        connection_.clear_error();
        refuse(408, "the request head did not arrive in time");
        co_await serve();
        break;
      }
      continue;
    }
    connection_.clear_deadline();
    phase_ = Phase::kBusy;
    if (step == HeadStep::kRefused || !serve_inline()) co_await serve();
    if (gone() || !keep_alive_) break;
    finish_request();
  }
  // A request that ended without its answer must not hold its resources while the socket lingers.
  response_ = Response{};
  exchange_.reset();
  co_await connection_.close(linger_ ? kLingerMs : 0);
}

Session::HeadStep Session::take_head() {
  while (!buffer_.empty() && (buffer_.data().front() == '\r' || buffer_.data().front() == '\n')) {
    buffer_.consume(1);  // RFC 9112 2.2: empty lines before a request line are ignored.
  }
  const ServerOptions& options = worker_.shared().options;
  if (!buffer_.empty() && phase_ == Phase::kIdle) {
    phase_ = Phase::kHead;
    connection_.set_deadline(options.head_timeout_ms);
  }
  const std::string_view bytes = buffer_.data();
  if (!bytes.empty() && !could_begin_a_method(bytes.front())) {
    refuse(400, "this is no HTTP request");
    return HeadStep::kRefused;
  }
  const std::size_t head_size = find_head_end(bytes, head_scanned_);
  if (head_size == std::string_view::npos || head_size > options.head_bytes_max) {
    head_scanned_ = bytes.size() < 3 ? 0 : bytes.size() - 3;
    if (head_size == std::string_view::npos && buffer_.make_room(options.head_bytes_max))
      return HeadStep::kNeedMore;
    const bool in_target = bytes.find("\r\n") == std::string_view::npos;
    refuse(in_target ? 414 : 431,
           in_target ? "the request target is too long" : "the request head is too large");
    return HeadStep::kRefused;
  }
  head_scanned_ = 0;
  const HeadRefusal refusal = parse_head(bytes.substr(0, head_size), head_);
  buffer_.consume(head_size);
  if (refusal.status == 0) return HeadStep::kReady;
  refuse(refusal.status, refusal.reason);
  return HeadStep::kRefused;
}

void Session::begin_request() {
  const Request& request = head_.request;
  keep_alive_ = head_.keep_alive;
  body_left_ = request.chunked ? 0 : request.content_length;
  if (!request.chunked && request.content_length > worker_.shared().options.body_bytes_max) {
    return refuse(413, "the request body is too large");
  }
  call_factory();
  if (stage_ != Stage::kWrite) {
    stage_ = has_body() || waits_for_nothing() ? Stage::kReadBody : Stage::kRespond;
    return;
  }
  body_unread_ = has_body();
  // After "Expect" the client may or may not send the body; only a new connection is sure of what
  // follows. A long or chunked rest is not worth reading to keep this one.
  if (body_unread_ && (head_.expect_continue || request.chunked || body_left_ > kDrainBytesMax))
    keep_alive_ = false;
  if (waits_for_nothing()) keep_alive_ = false;
}

void Session::call_factory() {
  stage_ = Stage::kDone;
  try {
    exchange_ = worker_.shared().factory(head_.request);
    if (!exchange_) return fail("the factory", "no exchange");
    if (auto refusal = exchange_->on_head()) {
      response_ = std::move(*refusal);
      stage_ = Stage::kWrite;
    }
  } catch (const std::exception& e) {
    fail("on_head", e.what());
  }
}

bool Session::serve_inline() {
  begin_request();
  if (stage_ == Stage::kReadBody) {
    if (head_.request.chunked || body_left_ > kSmallBodyBytes || body_left_ > buffer_.size() ||
        waits_for_nothing())
      return false;
    const std::string_view body = buffer_.data().substr(0, static_cast<std::size_t>(body_left_));
    buffer_.consume(body.size());
    body_left_ = 0;
    if (deliver(body)) stage_ = Stage::kRespond;
  }
  if (stage_ == Stage::kRespond) {
    if (exchange_->blocking()) return false;
    call_respond(false);
  }
  if (stage_ != Stage::kWrite || response_.stream || body_unread_ || connection_.tls())
    return false;
  write_inline();
  return stage_ == Stage::kDone;
}

void Session::call_respond(bool final_try) {
  try {
    auto outcome = exchange_->respond(final_try);
    if (auto* parked = std::get_if<Parked>(&outcome)) {
      if (final_try) return fail("respond", "parked again on its final try");
      parked_ = std::make_unique<Parked>(std::move(*parked));
      return;
    }
    response_ = std::move(std::get<Response>(outcome));
    stage_ = Stage::kWrite;
  } catch (const std::exception& e) {
    fail("respond", e.what());
  }
}

void Session::write_inline() {
  render();
  const bool body = plan_.send_body;
  const std::size_t total = out_.size() + (body ? response_.body.size() : 0);
  const Buffers buffers{asio::buffer(out_),
                        body ? asio::buffer(response_.body) : asio::const_buffer()};
  written_ = connection_.try_write(buffers);
  stage_ = written_ == total ? Stage::kDone : Stage::kFinishWrite;
  if (connection_.failed()) stage_ = Stage::kGone;
}

Awaitable<void> Session::serve() {
  if (stage_ == Stage::kReadBody) co_await read_body();
  if (stage_ == Stage::kRespond) co_await answer();
  if (stage_ == Stage::kWrite || stage_ == Stage::kFinishWrite) co_await write_response();
  if (connection_.failed()) stage_ = Stage::kGone;
  if (!gone() && body_unread_) co_await drain_body();
}

void Session::finish_request() {
  response_ = Response{};
  exchange_.reset();
  parked_.reset();
  park_until_ = {};
  body_unread_ = false;
  body_size_ = 0;
  decoder_ = ChunkedDecoder{};
  if (!pushback_.empty()) {
    buffer_.restore(pushback_);
    pushback_.clear();
  }
  // Its views end with the request: a refusal of the next head must not look at them.
  head_.request.method = {};
  head_.http_1_0 = false;
  buffer_.recycle();
  phase_ = Phase::kIdle;
  connection_.set_deadline(worker_.shared().options.idle_timeout_ms);
}

void Session::refuse(int status, std::string_view reason) {
  exchange_.reset();
  keep_alive_ = false;
  linger_ = true;
  stage_ = Stage::kWrite;
  response_ = Response{};
  try {
    response_ = worker_.shared().malformed(status, reason);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "cumulite: rendering a refusal failed: %s\n", e.what());
    response_.status = status;
  }
}

void Session::fail(const char* where, const char* what) {
  const Request& request = head_.request;
  std::fprintf(stderr, "cumulite: %.*s %.*s: %s failed: %s\n",
               static_cast<int>(request.method.size()), request.method.data(),
               static_cast<int>(request.path.size()), request.path.data(), where, what);
  response_ = Response{};
  stage_ = Stage::kWrite;
  try {
    response_ = worker_.shared().malformed(500, "internal failure");
  } catch (const std::exception&) {
    response_.status = 500;
  }
}

}  // namespace cumulite::http
