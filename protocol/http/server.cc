#include "protocol/http/server.h"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include "protocol/http/tls_internal.h"
#include "protocol/http/worker_internal.h"

namespace cumulite::http {

namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{50};
constexpr int kListenBacklog = 4096;

std::runtime_error cannot_listen(const ServerOptions& options, const error_code& ec) {
  const bool v6 = options.address.find(':') != std::string::npos;
  const auto where =
      fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), options.address, options.port);
  std::string advice;
  std::string reason = ec.message();
  if (ec == asio::error::address_in_use) {
    reason = "address already in use";
    advice = "; stop the program that uses the port, or choose another port";
  } else if (ec == asio::error::access_denied) {
    advice = "; ports below 1024 need privileges, choose another port";
  } else if (ec == error_code(EADDRNOTAVAIL, boost::system::system_category())) {
    advice = "; this machine has no such address, 127.0.0.1 or 0.0.0.0 always exist";
  } else if (ec == asio::error::invalid_argument) {
    reason = "not an IP address";
    advice = "; give one such as 127.0.0.1 or 0.0.0.0";
  }
  return std::runtime_error(fmt::format("cannot listen on {}: {}{}", where, reason, advice));
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(ServerOptions options, ExchangeFactory factory, MalformedHandler malformed) {
    shared_.options = std::move(options);
    shared_.factory = std::move(factory);
    shared_.malformed = std::move(malformed);
  }

  ~Implementation() { stop(); }

  void listen() {
    const ServerOptions& options = shared_.options;
    if (tls_configured(options)) shared_.tls.emplace(make_tls_context(options));
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const unsigned threads = options.threads == 0 ? cores : options.threads;
    for (unsigned i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(shared_));
    try {
      bind_acceptor();
    } catch (...) {
      acceptor_.reset();  // It belongs to a worker's context.
      workers_.clear();
      throw;
    }
  }

  void start() {
    if (workers_.empty()) listen();
    shared_.pool.emplace(std::max(1U, shared_.options.pool_threads));
    asio::co_spawn(workers_[0]->context(), accept_all(), asio::detached);
    for (const auto& worker : workers_) worker->start();
  }

  void stop() {
    if (workers_.empty()) return;
    close_acceptor();
    for (const auto& worker : workers_) worker->begin_stop();
    {
      std::unique_lock lock(shared_.mutex);
      const std::chrono::milliseconds drain(shared_.options.drain_timeout_ms);
      shared_.idle.wait_for(lock, drain, [this] { return shared_.connections == 0; });
    }
    for (const auto& worker : workers_) worker->join();
    // The pool goes first: what it runs may still post to a context.
    if (shared_.pool) {
      shared_.pool->stop();
      shared_.pool->join();
      shared_.pool.reset();
    }
    acceptor_.reset();
    workers_.clear();
  }

  std::uint16_t port() const { return port_; }

 private:
  void bind_acceptor() {
    const ServerOptions& options = shared_.options;
    error_code ec;
    const auto address =
        asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, ec);
    if (ec) throw cannot_listen(options, ec);
    const asio::ip::tcp::endpoint endpoint(address, options.port);
    acceptor_.emplace(workers_[0]->context());
    acceptor_->open(endpoint.protocol(), ec);
    if (!ec) acceptor_->set_option(Acceptor::reuse_address(true), ec);
    if (!ec) acceptor_->bind(endpoint, ec);
    if (!ec) acceptor_->listen(kListenBacklog, ec);
    if (!ec) port_ = acceptor_->local_endpoint(ec).port();
    if (ec) throw cannot_listen(options, ec);
  }

  /// Waits for the acceptor to be closed on its own thread: a connection accepted later would be
  /// lost.
  void close_acceptor() {
    asio::post(workers_[0]->context(), [this] {
      error_code ignored;
      if (acceptor_) acceptor_->close(ignored);
    });
  }

  bool count_connection() {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.connections >= shared_.options.connections_max) return false;
    ++shared_.connections;
    return true;
  }

  /// One acceptor handing sockets out in turn: with an acceptor a thread (SO_REUSEPORT) the kernel
  /// hashes, and few connections may all meet on one thread.
  Awaitable<void> accept_all() {
    std::size_t turn = 0;
    Timer pause(workers_[0]->context());
    for (;;) {
      Worker& worker = *workers_[turn++ % workers_.size()];
      error_code ec;
      auto done = asio::redirect_error(kAwait, ec);
      // At the cap new connections wait in the backlog of the kernel.
      bool accepted = count_connection();
      if (accepted) {
        Socket socket = co_await acceptor_->async_accept(worker.context(), done);
        if (!ec) {
          hand_over(worker, std::move(socket));
          continue;
        }
        forget_connection();
        accepted = ec == asio::error::connection_aborted || ec == asio::error::interrupted;
      }
      if (!acceptor_->is_open()) co_return;
      if (accepted) continue;
      // Out of descriptors or memory: the connection stays readable, so accepting at once would
      // spin.
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(done);
    }
  }

  void hand_over(Worker& worker, Socket socket) {
    error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    worker.adopt(std::move(socket), ec ? std::string() : peer.address().to_string());
  }

  void forget_connection() {
    const std::lock_guard lock(shared_.mutex);
    --shared_.connections;
    shared_.idle.notify_all();
  }

  ServerShared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<Acceptor> acceptor_;
  std::uint16_t port_ = 0;
};

Server::Server(ServerOptions options, ExchangeFactory factory, MalformedHandler malformed)
    : implementation_(std::make_unique<Implementation>(std::move(options), std::move(factory),
                                                       std::move(malformed))) {}

Server::~Server() = default;

void Server::listen() {
  implementation_->listen();
}

void Server::start() {
  implementation_->start();
}

void Server::stop() {
  implementation_->stop();
}

std::uint16_t Server::port() const {
  return implementation_->port();
}

}  // namespace cumulite::http
