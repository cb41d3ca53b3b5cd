#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "protocol/http/exchange.h"

namespace cumulite::http {

/// Limits and addresses of a server; every bound of the HTTP layer has its name here.
struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 4566;  ///< 0: any free port, see Server::port.
  unsigned threads = 0;       ///< I/O threads, one io_context each; 0: one a core.
  unsigned pool_threads = 4;  ///< Threads for blocking exchanges and large files.
  std::size_t head_bytes_max = 64 * 1024;
  std::uint64_t body_bytes_max = std::uint64_t{5} << 40;  ///< 5 TiB, S3's largest object.
  std::size_t connections_max = 10'000;
  std::int64_t head_timeout_ms = 30'000;   ///< To read one head once its first byte came.
  std::int64_t idle_timeout_ms = 120'000;  ///< Keep-alive without a request.
  std::int64_t body_timeout_ms = 60'000;   ///< Without any progress in reading or writing a body.
  std::int64_t drain_timeout_ms = 10'000;  ///< For requests in flight at stop.
  std::string tls_certificate_file;        ///< PEM; empty: no TLS.
  std::string tls_key_file;                ///< PEM.
  bool tls_self_signed = false;            ///< Make a certificate for localhost at start.
  /// Renders the answer to a request whose body did not arrive in time, in the form of what it
  /// called; without it, MalformedHandler is asked with 408.
  std::function<Response(const Request& request)> stalled;
};

/// HTTP/1.1 server: keep-alive, pipelining, Expect: 100-continue, chunked transfer both ways.
/// With TLS configured, plain HTTP and TLS are both served on the one port, told apart by the first
/// byte. Throws std::runtime_error with a message for the user (port taken, bad certificate) from
/// start.
class Server {
 public:
  Server(ServerOptions options, ExchangeFactory factory, MalformedHandler malformed);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and listens, so that `port` is known; connections wait until `start`.
  void listen();
  /// Listens if that was not done, starts the threads; returns when connections are accepted.
  void start();
  /// Stops accepting, lets requests in flight finish up to the drain time-out, joins the threads.
  void stop();
  /// The port in use (after listen).
  std::uint16_t port() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cumulite::http
