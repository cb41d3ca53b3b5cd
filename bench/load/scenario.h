#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cumulite::bench {

/// One kind of call, as a stream of requests. A client has 16 connections and one thread; so has
/// this.
class Scenario {
 public:
  virtual ~Scenario() = default;

  /// Requests to make before measuring: the queue, the table, the objects. Errors of "already
  /// there" are fine.
  virtual std::vector<std::string> prepare() { return {}; }

  /// The next request of a connection, whole: signed as an SDK signs it.
  virtual std::string_view next(std::size_t connection) = 0;

  /// The answer to the connection's last request.
  virtual void answered(std::size_t connection, int status, std::string_view body) {
    (void)connection;
    (void)status;
    (void)body;
  }

  /// Requests that make one counted operation (receive and delete: 2).
  virtual unsigned requests_per_operation() const { return 1; }
};

/// What the requests are addressed to.
struct Target {
  std::uint16_t port = 4566;
  std::int64_t now_ms = 0;     ///< For the signatures.
  std::size_t items = 10'000;  ///< Of the table that items_get and items_query read.
  std::uint64_t seed = 1;      ///< Which of them they read.
};

/// Names that `make_scenario` knows, for --help.
std::vector<std::string_view> scenario_names();
/// Null for an unknown name.
std::unique_ptr<Scenario> make_scenario(std::string_view name, const Target& target);

}  // namespace cumulite::bench
