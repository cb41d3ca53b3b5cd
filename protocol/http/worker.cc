#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "protocol/http/response.h"
#include "protocol/http/session_internal.h"
#include "protocol/http/worker_internal.h"

namespace cumulite::http {

namespace {

/// Precise enough for the shortest time-out, and at most half a second, which bounds the age of
/// Date.
std::int64_t tick_of(const ServerOptions& options) {
  const std::int64_t shortest =
      std::min({options.head_timeout_ms, options.idle_timeout_ms, options.body_timeout_ms});
  return std::clamp<std::int64_t>(shortest / 8, 10, 500);
}

std::int64_t real_time_ms() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t steady_time_ms() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::steady_clock;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Worker::Worker(ServerShared& shared) : shared_(shared), tick_ms_(tick_of(shared.options)) {
  refresh_clock();
}

Worker::~Worker() {
  join();
}

void Worker::start() {
  schedule_sweep();
  thread_ = std::thread([this] { context_.run(); });
}

void Worker::begin_stop() {
  asio::post(context_, [this] {
    stopping_ = true;
    for (Session* session : sessions_) session->begin_stop();
  });
}

void Worker::join() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void Worker::adopt(Socket socket, std::string remote_address) {
  auto session = std::make_unique<Session>(*this, std::move(socket), std::move(remote_address));
  asio::co_spawn(context_, Session::run(std::move(session)), asio::detached);
}

std::size_t Worker::add(Session* session) {
  sessions_.push_back(session);
  return sessions_.size() - 1;
}

void Worker::remove(std::size_t index) {
  sessions_[index] = sessions_.back();
  sessions_[index]->set_index(index);
  sessions_.pop_back();
}

void Worker::refresh_clock() {
  now_ms_ = steady_time_ms();
  common_lines_ = "Date: " + http_date(real_time_ms()) + "\r\nServer: Cumulite\r\n";
}

void Worker::schedule_sweep() {
  sweep_timer_.expires_after(std::chrono::milliseconds(tick_ms_));
  sweep_timer_.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    sweep();
    schedule_sweep();
  });
}

void Worker::sweep() {
  refresh_clock();
  for (Session* session : sessions_) session->sweep();
}

}  // namespace cumulite::http
