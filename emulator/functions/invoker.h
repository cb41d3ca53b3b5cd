#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/settings.h"
#include "emulator/functions/code/code_directory.h"
#include "emulator/functions/concurrency.h"
#include "emulator/functions/invocation.h"
#include "emulator/functions/runtime/instance_pool.h"
#include "emulator/functions/runtime/launch.h"

namespace cumulite::functions {

/// Invocations whose logs are kept for the admin page, over all functions; the oldest go first.
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

/// What one process wrote during one invocation, START to REPORT, for CloudWatch Logs.
struct LogChunk {
  std::string account;
  std::string region;
  std::string group;   ///< "/aws/lambda/NAME".
  std::string stream;  ///< "2026/11/22/[$LATEST]<id of the process>".
  std::string text;    ///< Lines, each ended by a line feed.
  std::int64_t now_ms = 0;
};

/// An invocation of a function that was found.
struct FunctionCall {
  DeploymentPtr deployment;
  InvocationRequest request;
  std::optional<std::int64_t> reserved = {};
  std::int64_t unreserved_max = 1'000;
};

/// Runs functions, each invocation in a place of its function's concurrency and in a process that
/// is warm if there is one; writes START, END and REPORT. Thread-safe.
class Invoker {
 public:
  /// `code_cache` outlives it.
  Invoker(const Settings& settings, CodeCache& code_cache);
  ~Invoker();

  /// Before the first invocation.
  void configure(RuntimeOptions options);

  void set_log_sink(std::function<void(const LogChunk& chunk)> sink) { sink_ = std::move(sink); }

  const RuntimeOptions& options() const { return options_; }

  /// Blocks until the function ended.
  InvocationResult invoke(const FunctionCall& call);

  /// Invocations running or waiting for their turn, of the account (empty: all). For settle.
  std::uint64_t running(std::string_view account) const { return concurrency_.running(account); }

  /// Oldest first.
  std::vector<InvocationLog> logs(std::string_view account, std::string_view function) const;
  /// Drops logs and warm processes of the account (empty: all).
  void forget(std::string_view account);

  /// The function's warm processes run outdated code.
  void retire(std::string_view function_arn) { pool_.forget({}, function_arn); }

  /// Ends running children and refuses new ones.
  void stop();

 private:
  InstanceOutcome run(const FunctionCall& call, const InstanceEvent& event, std::string& stream);
  InstanceOutcome run_process(const FunctionCall& call, const InstanceEvent& event,
                              std::string& stream);
  LaunchParts parts();
  void keep_log(InvocationLog entry);

  const Settings& settings_;
  CodeCache& code_cache_;
  RuntimeOptions options_;
  std::function<void(const LogChunk& chunk)> sink_;
  std::atomic<bool> stopping_ = false;
  Concurrency concurrency_;
  InstancePool pool_;
  mutable std::mutex mutex_;
  std::string python_bootstrap_;    // mutex_.
  std::string node_bootstrap_;      // mutex_.
  std::deque<InvocationLog> logs_;  // mutex_.
};

}  // namespace cumulite::functions
