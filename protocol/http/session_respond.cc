#include <algorithm>
#include <atomic>
#include <charconv>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "protocol/http/paced_body.h"
#include "protocol/http/session_internal.h"

namespace cumulite::http {

namespace {

/// Whoever writes a body has a bound of its own; this one only ends the sleep of the clock.
constexpr std::chrono::hours kPacedWaitMax{24};

}  // namespace

/// What a parked session waits on. Wakes may come from any thread, even after the session is gone:
/// they hold it weakly. All but `posted` belongs to the worker's thread.
struct Session::Parking {
  explicit Parking(asio::io_context& io) : context(io), timer(io) {}

  asio::io_context& context;
  Timer timer;
  std::atomic<bool> posted = false;  ///< One post is enough, however many wakes come.
  bool ended = false;                ///< Woken, stopping, or the peer spoke: look again.
  bool readable = false;
  bool peer_gone = false;

  void end() {
    ended = true;
    timer.cancel();
  }
};

void Session::sweep() {
  connection_.enforce_deadline();
  // A client that pipelined another request before it went away is only noticed here.
  if (parking_ && connection_.peer_gone()) {
    parking_->peer_gone = true;
    parking_->end();
  }
}

void Session::begin_stop() {
  if (parking_) parking_->end();
  if (phase_ == Phase::kIdle) connection_.cancel();
}

Awaitable<void> Session::answer() {
  bool final_try = false;
  while (stage_ == Stage::kRespond) {
    // Set already when the quick way found that the answer is not there yet.
    if (!parked_) {
      if (exchange_->blocking()) {
        co_await respond_on_pool(final_try);
      } else {
        call_respond(final_try);
      }
    }
    if (!parked_) continue;
    co_await park();
    final_try = worker_.stopping() || std::chrono::steady_clock::now() >= park_until_;
  }
}

Awaitable<void> Session::respond_on_pool(bool final_try) {
  auto to_pool = asio::bind_executor(worker_.shared().pool->get_executor(), kAwait);
  co_await asio::post(to_pool);
  call_respond(final_try);
  auto back = asio::bind_executor(worker_.context().get_executor(), kAwait);
  co_await asio::post(back);
}

Awaitable<void> Session::park() {
  const auto limit =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(parked_->timeout_ms);
  if (park_until_ == std::chrono::steady_clock::time_point{} || limit < park_until_)
    park_until_ = limit;
  WakeAsker ask = [this](std::function<void()> wake) -> std::unique_ptr<Subscription> {
    return parked_->subscribe ? parked_->subscribe(std::move(wake)) : nullptr;
  };
  co_await wait_for_wake(std::move(ask), park_until_);
  parked_.reset();
}

Awaitable<void> Session::wait_for_wake(WakeAsker ask, std::chrono::steady_clock::time_point until) {
  auto parking = std::make_shared<Parking>(worker_.context());
  parking_ = parking;
  const std::weak_ptr<Parking> weak = parking;
  auto wake = [weak] {
    const auto target = weak.lock();
    if (!target || target->posted.exchange(true)) return;
    asio::post(target->context, [target] { target->end(); });
  };
  auto subscription = ask(std::move(wake));
  auto on_readable = [parking](const boost::system::error_code& ec) {
    if (ec) return;
    parking->readable = true;
    parking->timer.cancel();
  };
  connection_.socket().async_wait(Socket::wait_read, on_readable);
  boost::system::error_code ignored;
  while (!parking->ended && !worker_.stopping() && std::chrono::steady_clock::now() < until) {
    parking->timer.expires_at(until);
    auto done = asio::redirect_error(kAwait, ignored);
    co_await parking->timer.async_wait(done);
    // The end of the stream, or just the next request of a client that pipelines: go on waiting
    // then.
    if (parking->readable && connection_.peer_gone()) break;
    parking->readable = false;
  }
  subscription.reset();
  connection_.cancel();
  parking_.reset();
  // A client that left must not get, say, the message of its queue: the Exchange ends unanswered.
  if (parking->peer_gone || connection_.peer_gone()) stage_ = Stage::kGone;
}

void Session::render() {
  plan_ = plan_response(response_, head_, keep_alive_ && !worker_.stopping());
  keep_alive_ = plan_.keep_alive;
  render_response_head(response_, head_, plan_, worker_.common_lines(), out_);
}

Awaitable<void> Session::write_response() {
  if (response_.stream && plan_response(response_, head_, keep_alive_).send_body) {
    co_await write_stream();
    co_return;
  }
  if (stage_ == Stage::kWrite) {
    written_ = 0;
    render();
  }
  const std::size_t of_head = std::min(written_, out_.size());
  const Buffers buffers{
      asio::buffer(out_) + of_head,
      plan_.send_body ? asio::buffer(response_.body) + (written_ - of_head) : asio::const_buffer()};
  co_await connection_.write_all(buffers);
  stage_ = Stage::kDone;
}

/// A paced body is asked again whenever it says that it has more. A server that stops does not wait
/// for it: the client sees a short body.
Awaitable<void> Session::wait_until_readable(PacedBody& body) {
  while (!gone() && !body.is_ready({})) {
    if (worker_.stopping()) {
      stage_ = Stage::kGone;
      co_return;
    }
    WakeAsker ask = [&body](std::function<void()> wake) -> std::unique_ptr<Subscription> {
      if (body.is_ready(wake)) wake();
      return nullptr;
    };
    const auto until = std::chrono::steady_clock::now() + kPacedWaitMax;
    co_await wait_for_wake(std::move(ask), until);
  }
}

Awaitable<std::size_t> Session::read_piece(char* data, std::size_t size) {
  // A read of one piece is not worth the way to the pool; a long stream must not hold up the
  // others.
  const bool on_pool = response_.chunked || response_.stream_length > kPieceBytes;
  if (on_pool) {
    auto to_pool = asio::bind_executor(worker_.shared().pool->get_executor(), kAwait);
    co_await asio::post(to_pool);
  }
  std::size_t got = 0;
  try {
    got = response_.stream->read(data, size);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "cumulite: reading a body to send failed: %s\n", e.what());
    stream_failed_ = true;
  }
  if (on_pool) {
    auto back = asio::bind_executor(worker_.context().get_executor(), kAwait);
    co_await asio::post(back);
  }
  co_return got;
}

Awaitable<void> Session::write_stream() {
  std::unique_ptr<char[]> block(new char[kPieceBytes]);
  std::uint64_t left = response_.chunked ? kPieceBytes : response_.stream_length;
  render();
  std::string_view head = out_;
  bool ended = left == 0;
  auto* paced = dynamic_cast<PacedBody*>(response_.stream.get());
  while (!ended && !connection_.failed()) {
    if (paced != nullptr) co_await wait_until_readable(*paced);
    if (gone()) co_return;
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPieceBytes));
    const std::size_t got = co_await read_piece(block.get(), size);
    if (stream_failed_ && !head.empty()) {  // Nothing is sent yet: the client can be told.
      fail("the body", "unreadable");
      keep_alive_ = false;
      co_await write_response();
      co_return;
    }
    // A body shorter than announced can only be told by closing the connection.
    if (stream_failed_ || (got == 0 && !response_.chunked)) break;
    char prefix[20];
    auto prefix_end = std::to_chars(prefix, prefix + 16, got, 16).ptr;
    *prefix_end++ = '\r';
    *prefix_end++ = '\n';
    const auto prefix_size = plan_.chunked ? static_cast<std::size_t>(prefix_end - prefix) : 0;
    const Buffers buffers{asio::buffer(head), asio::buffer(prefix, prefix_size),
                          asio::buffer(block.get(), got),
                          asio::buffer("\r\n", plan_.chunked ? 2 : 0)};
    co_await connection_.write_all(buffers);
    head = {};
    if (!response_.chunked) left -= got;
    ended = response_.chunked ? got == 0 : left == 0;
  }
  if (!head.empty() && ended) {
    const Buffers buffers{asio::buffer(head)};
    co_await connection_.write_all(buffers);
  }
  stage_ = ended ? Stage::kDone : Stage::kGone;
}

}  // namespace cumulite::http
