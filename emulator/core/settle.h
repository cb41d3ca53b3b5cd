#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cumulite {

/// Whether everything that an account's calls caused is done: outbox, due-now rows, running
/// functions, queues that an event source still has to read. Each part registers what it counts.
class Settle {
 public:
  struct Pending {
    std::string what;  ///< "outbox events", "running functions".
    std::uint64_t count = 0;
  };

  using Source = std::function<std::uint64_t(std::string_view account)>;

  void register_source(std::string what, Source source);
  /// Sources that are not at zero for the account (empty: all accounts).
  std::vector<Pending> pending(std::string_view account) const;
  /// Waits until nothing is pending (twice in a row, as work moves between sources) or the real
  /// time-out passed; returns what is still pending then.
  std::vector<Pending> wait(std::string_view account, std::int64_t timeout_ms) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Source>> sources_;
};

}  // namespace cumulite
