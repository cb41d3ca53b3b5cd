#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>

#include "protocol/http/connection_internal.h"

namespace cumulite::http {

namespace {

constexpr unsigned char kTlsHandshake = 0x16;
constexpr std::size_t kLingerBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kWasteBytes = 64 * 1024;
constexpr std::int64_t kTlsShutdownMs = 1'000;

std::size_t total_size(const Buffers& buffers) {
  std::size_t total = 0;
  for (const asio::const_buffer& buffer : buffers) total += buffer.size();
  return total;
}

void consume(Buffers& buffers, std::size_t size) {
  for (asio::const_buffer& buffer : buffers) {
    const std::size_t taken = std::min(size, buffer.size());
    buffer += taken;
    size -= taken;
  }
}

}  // namespace

Connection::Connection(Worker& worker, Socket socket)
    : worker_(worker), socket_(std::move(socket)) {
  boost::system::error_code ignored;  // A connection that broke already fails at its first read.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

Awaitable<void> Connection::accept_tls() {
  set_deadline(worker_.shared().options.idle_timeout_ms);
  auto ready = asio::redirect_error(kAwait, error_);
  co_await socket_.async_wait(Socket::wait_read, ready);
  unsigned char first = 0;
  if (failed() || ::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
    co_return;
  if (first != kTlsHandshake) co_return;
  tls_.emplace(socket_, *worker_.shared().tls);
  set_deadline(worker_.shared().options.head_timeout_ms);
  auto done = asio::redirect_error(kAwait, error_);
  co_await tls_->async_handshake(asio::ssl::stream_base::server, done);
}

// No coroutine of its own: it hands out the operation's awaitable and saves a frame for each read.
Awaitable<std::size_t> Connection::read_some(char* data, std::size_t size) {
  if (tls_)
    return tls_->async_read_some(asio::buffer(data, size), asio::redirect_error(kAwait, error_));
  return socket_.async_read_some(asio::buffer(data, size), asio::redirect_error(kAwait, error_));
}

std::size_t Connection::try_write(const Buffers& buffers) {
  if (tls_) return 0;
  boost::system::error_code ec;
  const std::size_t written = socket_.write_some(buffers, ec);
  if (ec && ec != asio::error::would_block && ec != asio::error::try_again) error_ = ec;
  return ec ? 0 : written;
}

Awaitable<void> Connection::write_all(Buffers buffers) {
  std::size_t left = total_size(buffers);
  const std::size_t at_once = try_write(buffers);
  consume(buffers, at_once);
  left -= at_once;
  while (left > 0 && !failed()) {
    set_deadline(worker_.shared().options.body_timeout_ms);
    auto done = asio::redirect_error(kAwait, error_);
    std::size_t written = 0;
    if (tls_) {
      written = co_await tls_->async_write_some(buffers, done);
    } else {
      written = co_await socket_.async_write_some(buffers, done);
    }
    consume(buffers, written);
    left -= written;
  }
  clear_deadline();
}

Awaitable<void> Connection::close(std::int64_t linger_ms) {
  boost::system::error_code ignored;
  const bool linger = linger_ms > 0 && !failed();
  if (tls_ && !failed()) {
    set_deadline(kTlsShutdownMs);
    auto done = asio::redirect_error(kAwait, error_);
    co_await tls_->async_shutdown(done);
    clear_error();  // It fails when the client goes on sending; the rest is dropped as it is.
  }
  if (linger) {
    socket_.shutdown(Socket::shutdown_send, ignored);
    set_deadline(linger_ms);
    auto done = asio::redirect_error(kAwait, error_);
    std::unique_ptr<char[]> waste(new char[kWasteBytes]);
    for (std::size_t read = 0; read < kLingerBytesMax && !failed();) {
      const std::size_t size =
          co_await socket_.async_read_some(asio::buffer(waste.get(), kWasteBytes), done);
      read += size;
    }
  }
  clear_deadline();
  socket_.close(ignored);
}

void Connection::clear_error() {
  error_ = {};
  expired_ = false;
}

bool Connection::peer_gone() {
  pollfd state{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 &&
         (state.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void Connection::enforce_deadline() {
  if (deadline_ms_ == 0 || worker_.now_ms() < deadline_ms_) return;
  deadline_ms_ = 0;
  expired_ = true;
  cancel();
}

void Connection::cancel() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace cumulite::http
