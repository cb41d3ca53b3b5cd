#pragma once

#include <optional>
#include <string>

#include <boost/asio/ssl/stream.hpp>

#include "protocol/http/worker_internal.h"

namespace cumulite::http {

/// A socket, plain or under TLS, with one deadline that the worker's sweep enforces by cancelling
/// what is pending. Operations report through `error()`; none throws.
class Connection {
 public:
  Connection(Worker& worker, Socket socket);

  /// Tells TLS from plain HTTP by the first byte and makes the handshake. Only called when the
  /// server has a certificate.
  Awaitable<void> accept_tls();

  /// Reads what is there; 0 with `error()` set at the end of the stream, on failures and time-outs.
  Awaitable<std::size_t> read_some(char* data, std::size_t size);
  /// Writes without waiting as much as the socket takes (plain sockets; 0 under TLS).
  std::size_t try_write(const Buffers& buffers);
  /// Writes all of it, in as many steps as it takes; each must make progress within the body
  /// time-out.
  Awaitable<void> write_all(Buffers buffers);
  /// Ends the connection. With `linger_ms`, what the peer still sends is read and dropped for that
  /// long: closing over unread bytes would reset the connection and lose the answer.
  Awaitable<void> close(std::int64_t linger_ms);

  bool tls() const { return tls_.has_value(); }

  bool failed() const { return static_cast<bool>(error_); }

  /// The failure was a deadline.
  bool expired() const { return expired_; }

  /// Makes the connection usable for a last answer after a read timed out.
  void clear_error();
  /// The peer closed its side or the connection broke, known without reading.
  bool peer_gone();

  void set_deadline(std::int64_t timeout_ms) {
    deadline_ms_ = worker_.now_ms() + timeout_ms + worker_.tick_ms();
  }

  void clear_deadline() { deadline_ms_ = 0; }

  /// From the worker's sweep.
  void enforce_deadline();
  /// Cancels what is pending: its awaiter sees an error.
  void cancel();

  Socket& socket() { return socket_; }

 private:
  Worker& worker_;
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  boost::system::error_code error_;
  std::int64_t deadline_ms_ = 0;  ///< In the worker's clock; 0: none.
  bool expired_ = false;
};

}  // namespace cumulite::http
