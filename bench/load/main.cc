// A load generator: N connections, one thread, one scenario. Prints one line of JSON.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/load/scenario.h"

namespace cumulite::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kReadBytes = 256 * 1024;

double seconds_between(SteadyClock::time_point from, SteadyClock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error(
        fmt::format("cannot connect to port {}: {}", port, std::strerror(errno)));
  }
  return socket;
}

/// One keep-alive connection with at most one request under way. Bodies above the read buffer are
/// counted and thrown away as they come.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(connect_to(port)), buffer_(kReadBytes, '\0') {}

  ~Connection() { ::close(socket_); }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }

  void send(std::string_view request) {
    started_ = SteadyClock::now();
    used_ = 0;
    head_bytes_ = 0;
    received_ = 0;
    while (!request.empty()) {
      const auto sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        throw std::runtime_error("the server closed the connection while a request was sent");
      request.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Reads what is there; true when the answer is complete.
  bool receive() {
    const bool keep = head_bytes_ == 0 || head_bytes_ + body_bytes_ <= buffer_.size();
    const std::size_t offset = keep ? used_ : head_bytes_;
    const auto count = ::recv(socket_, buffer_.data() + offset, buffer_.size() - offset, 0);
    if (count <= 0)
      throw std::runtime_error("the server closed the connection before its answer was whole");
    received_ += static_cast<std::size_t>(count);
    used_ = keep ? used_ + static_cast<std::size_t>(count) : used_;
    if (head_bytes_ == 0) parse_head();
    return head_bytes_ != 0 && received_ >= head_bytes_ + body_bytes_;
  }

  int status() const { return status_; }

  std::size_t body_bytes() const { return body_bytes_; }

  std::string_view body() const {
    return std::string_view(buffer_).substr(head_bytes_,
                                            std::min(used_ - head_bytes_, body_bytes_));
  }

  double seconds() const { return seconds_between(started_, SteadyClock::now()); }

 private:
  void parse_head() {
    const auto text = std::string_view(buffer_).substr(0, used_);
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return;
    head_bytes_ = end + 4;
    std::from_chars(text.data() + 9, text.data() + 12, status_);
    body_bytes_ = 0;
    const auto head = text.substr(0, head_bytes_);
    for (std::string_view name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
      if (const auto at = head.find(name); at != std::string_view::npos) {
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), body_bytes_);
      }
    }
  }

  int socket_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::size_t head_bytes_ = 0;
  std::size_t body_bytes_ = 0;
  std::size_t received_ = 0;
  int status_ = 0;
  SteadyClock::time_point started_ = {};
};

struct Options {
  std::string scenario = "plain";
  std::uint16_t port = 4566;
  std::size_t connections = 16;
  double seconds = 3;
  std::size_t items = Target().items;
  std::uint64_t seed = Target().seed;
};

struct Report {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t body_bytes = 0;
  double seconds = 0;
  std::vector<double> latencies = {};
};

void prepare(Scenario& scenario, std::uint16_t port) {
  Connection connection(port);
  for (const auto& request : scenario.prepare()) {
    connection.send(request);
    while (!connection.receive()) {
    }
  }
}

Report measure(Scenario& scenario, const Options& options) {
  const int poll = epoll_create1(0);
  std::vector<std::unique_ptr<Connection>> connections;
  for (std::size_t i = 0; i < options.connections; ++i) {
    connections.push_back(std::make_unique<Connection>(options.port));
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, connections[i]->socket(), &event);
    connections[i]->send(scenario.next(i));
  }
  Report report;
  const auto start = SteadyClock::now();
  std::vector<epoll_event> events(options.connections);
  while (report.seconds < options.seconds) {
    const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      const std::size_t index = events[static_cast<std::size_t>(i)].data.u64;
      auto& connection = *connections[index];
      if (!connection.receive()) continue;
      ++report.requests;
      if (connection.status() >= 300) ++report.errors;
      report.body_bytes += connection.body_bytes();
      report.latencies.push_back(connection.seconds());
      scenario.answered(index, connection.status(), connection.body());
      connection.send(scenario.next(index));
    }
    report.seconds = seconds_between(start, SteadyClock::now());
  }
  ::close(poll);
  return report;
}

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto rank =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), rank, values.end());
  return *rank;
}

int run(const Options& options) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Target target = {options.port,
                         std::chrono::duration_cast<std::chrono::milliseconds>(now).count(),
                         options.items, options.seed};
  auto scenario = make_scenario(options.scenario, target);
  prepare(*scenario, options.port);
  auto report = measure(*scenario, options);
  const double per_second =
      static_cast<double>(report.requests) / report.seconds / scenario->requests_per_operation();
  fmt::print(
      "{{\"scenario\":\"{}\",\"per_second\":{:.1f},\"p50_us\":{:.1f},\"p99_us\":{:.1f},\"errors\":{"
      "},"
      "\"megabytes_per_second\":{:.1f}}}\n",
      options.scenario, per_second, percentile(report.latencies, 0.5) * 1e6,
      percentile(report.latencies, 0.99) * 1e6, report.errors,
      static_cast<double>(report.body_bytes) / report.seconds / 1e6);
  return report.errors == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cumulite::bench

int main(int argc, char** argv) {
  cumulite::bench::Options options;
  CLI::App app{
      "Load generator: one scenario against a server on loopback; prints one line of JSON."};
  std::string names;
  for (const auto name : cumulite::bench::scenario_names()) names += fmt::format(" {}", name);
  app.add_option("--scenario", options.scenario, "One of:" + names)
      ->capture_default_str()
      ->check([](const std::string& name) {
        const auto known = cumulite::bench::scenario_names();
        return std::find(known.begin(), known.end(), name) == known.end()
                   ? "unknown scenario " + name
                   : std::string();
      });
  app.add_option("--port", options.port, "Port on 127.0.0.1")->capture_default_str();
  app.add_option("--connections", options.connections,
                 "Connections, each with one request under way")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long to measure")->capture_default_str();
  app.add_option("--items", options.items,
                 "Items of the table items-N that items_get and items_query read")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{100}, std::size_t{1'000'000'000}));
  app.add_option("--seed", options.seed, "Which items they read, and in which order")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return cumulite::bench::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "cumulite_load: {}\n", error.what());
    return 1;
  }
}
