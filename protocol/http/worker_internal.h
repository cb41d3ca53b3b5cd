#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "protocol/http/asio_internal.h"
#include "protocol/http/server.h"

namespace cumulite::http {

class Session;

/// What all workers of a server share. Made before them and gone after them.
struct ServerShared {
  ServerOptions options;
  ExchangeFactory factory;
  MalformedHandler malformed;
  std::optional<asio::ssl::context> tls;
  std::optional<asio::thread_pool> pool;

  std::mutex mutex;
  std::condition_variable idle;
  std::size_t connections = 0;  ///< Guarded by `mutex`; counted once a connection, not a request.
};

/// One thread with its io_context and the connections that were handed to it. Everything is used on
/// that thread only, but the methods that say otherwise.
class Worker {
 public:
  explicit Worker(ServerShared& shared);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  /// Any thread: idle connections close, parked ones get their final try, the others finish.
  void begin_stop();
  /// Any thread: ends the thread; what is still open is closed by the destructor.
  void join();
  /// Any thread: takes over an accepted connection, already counted in `shared`.
  void adopt(Socket socket, std::string remote_address);

  asio::io_context& context() { return context_; }

  ServerShared& shared() { return shared_; }

  bool stopping() const { return stopping_; }

  /// Steady time, refreshed by the sweep only: reading a clock for each request would cost more
  /// than the precision is worth.
  std::int64_t now_ms() const { return now_ms_; }

  std::int64_t tick_ms() const { return tick_ms_; }

  /// "Date: ...\r\nServer: ...\r\n", renewed by the sweep.
  std::string_view common_lines() const { return common_lines_; }

  /// A session registers for sweeps while it lives and keeps its index for the removal.
  std::size_t add(Session* session);
  void remove(std::size_t index);

 private:
  void refresh_clock();
  void schedule_sweep();
  void sweep();

  ServerShared& shared_;
  std::vector<Session*>
      sessions_;  // Before the context: the frames that it destroys remove themselves.
  std::string common_lines_;
  std::int64_t now_ms_ = 0;
  std::int64_t tick_ms_ = 0;
  bool stopping_ = false;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> work_{context_.get_executor()};
  Timer sweep_timer_{context_};
  std::thread thread_;
};

}  // namespace cumulite::http
