#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/settings.h"
#include "emulator/functions/invocation.h"
#include "emulator/functions/registry.h"

namespace cumulite::functions {

/// Bounds of what one function may return and log.
inline constexpr std::size_t kResultBytesMax = 6 * 1024 * 1024;
inline constexpr std::size_t kLogBytesMax = 256 * 1024;
/// Invocations whose logs are kept, over all functions; the oldest go first.
inline constexpr std::size_t kLogsMax = 200;

struct InvocationLog {
  std::string account;
  std::string function;
  std::string request_id;
  std::int64_t started_ms = 0;  ///< Virtual.
  std::int64_t duration_ms = 0;
  bool ok = false;
  std::string error;
  std::string log;
};

/// Runs functions: at most `concurrency` invocations of each at a time (others wait), each with its
/// time-out; keeps the logs of the last ones. Thread-safe.
class Invoker {
 public:
  explicit Invoker(const Settings& settings);

  /// Blocks until the function ended. `now_ms` is for the log.
  InvocationResult invoke(const Function& function, std::string_view event_json,
                          std::int64_t now_ms);
  /// Invocations running or waiting for their turn, of the account (empty: all). For settle.
  std::uint64_t running(std::string_view account) const;
  /// Oldest first.
  std::vector<InvocationLog> logs(std::string_view account, std::string_view function) const;
  void forget(std::string_view account);
  /// Ends running children and refuses new ones.
  void stop();

 private:
  class Turn;

  InvocationResult run_exec(const Function& function, std::string_view event_json,
                            std::string_view request_id);
  InvocationResult run_http(const Function& function, std::string_view event_json,
                            std::string_view request_id);
  std::vector<std::pair<std::string, std::string>> environment_of(
      const Function& function, std::string_view request_id) const;
  void keep_log(InvocationLog entry);

  const Settings& settings_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable turn_free_;
  std::map<std::string, std::int64_t> running_;           // By ARN, mutex_.
  std::map<std::string, std::uint64_t> running_account_;  // Running or waiting, mutex_.
  std::deque<InvocationLog> logs_;                        // mutex_.
};

}  // namespace cumulite::functions
