#include "emulator/functions/invoker.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "emulator/clock/clock.h"
#include "emulator/core/ids.h"
#include "emulator/functions/process.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/client.h"

namespace cumulite::functions {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Variables of the daemon's own environment that a command needs to run at all. Nothing else is
/// inherited, so that a function sees the same on every machine, and none of the daemon's secrets.
constexpr const char* kInherited[] = {"PATH",   "HOME", "LANG", "LC_ALL",
                                      "TMPDIR", "TZ",   "USER", "LD_LIBRARY_PATH"};

InvocationResult failure(std::string_view type, std::string_view message, std::string log = {}) {
  InvocationResult result;
  result.function_error = "Unhandled";
  result.payload = nlohmann::json{{"errorType", type}, {"errorMessage", message}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  result.log = std::move(log);
  return result;
}

InvocationResult exec_outcome(const Function& function, ProcessResult&& process) {
  using End = ProcessResult::End;
  switch (process.end) {
    case End::kExited:
      break;
    case End::kTimedOut:
      return failure("Sandbox.Timedout",
                     fmt::format("Task timed out after {} seconds", function.timeout_seconds),
                     std::move(process.log));
    case End::kSignalled:
      return failure("Runtime.ExitError",
                     fmt::format("The command was ended by signal {}", process.code),
                     std::move(process.log));
    case End::kNotStarted:
      return failure("Runtime.InvalidEntrypoint", process.log, process.log);
    case End::kOutputTooLarge:
      return failure("Function.ResponseSizeTooLarge",
                     fmt::format("The result is larger than {} bytes", kResultBytesMax),
                     std::move(process.log));
    case End::kCancelled:
      return failure("Runtime.Stopped", "The daemon is stopping", std::move(process.log));
  }
  if (process.code != 0) {
    return failure("Runtime.ExitError",
                   fmt::format("The command exited with status {}", process.code),
                   std::move(process.log));
  }
  if (process.output.find_first_not_of(" \t\r\n") == std::string::npos) process.output = "null";
  if (!nlohmann::json::accept(process.output)) {
    return failure("Runtime.InvalidResult", "The command's stdout is no JSON document",
                   std::move(process.log));
  }
  return {.payload = std::move(process.output), .log = std::move(process.log)};
}

}  // namespace

/// A place among the function's concurrent invocations; waits for one.
class Invoker::Turn {
 public:
  Turn(Invoker& invoker, const Function& function)
      : invoker_(invoker), arn_(function.arn()), account_(function.account) {
    std::unique_lock lock(invoker_.mutex_);
    ++invoker_.running_account_[account_];
    invoker_.turn_free_.wait(
        lock, [&] { return invoker_.stopping_ || invoker_.running_[arn_] < function.concurrency; });
    ++invoker_.running_[arn_];
  }

  ~Turn() {
    const std::lock_guard lock(invoker_.mutex_);
    if (--invoker_.running_[arn_] == 0) invoker_.running_.erase(arn_);
    if (--invoker_.running_account_[account_] == 0) invoker_.running_account_.erase(account_);
    invoker_.turn_free_.notify_all();
  }

  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Invoker& invoker_;
  std::string arn_;
  std::string account_;
};

Invoker::Invoker(const Settings& settings) : settings_(settings) {}

InvocationResult Invoker::invoke(const Function& function, std::string_view event_json,
                                 std::int64_t now_ms) {
  const Turn turn(*this, function);
  if (stopping_) return failure("Runtime.Stopped", "The daemon is stopping");
  const auto request_id = ids::uuid();
  const auto start = SteadyClock::now();
  auto result = function.runtime == Runtime::kExec ? run_exec(function, event_json, request_id)
                                                   : run_http(function, event_json, request_id);
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start).count();
  keep_log({function.account, function.name, request_id, now_ms, elapsed, result.ok(),
            result.ok() ? "" : result.payload, result.log});
  return result;
}

InvocationResult Invoker::run_exec(const Function& function, std::string_view event_json,
                                   std::string_view request_id) {
  ProcessRequest request;
  request.command = function.command;
  request.working_directory = function.working_directory;
  request.environment = environment_of(function, request_id);
  request.input = event_json;
  request.timeout_ms = function.timeout_seconds * 1'000;
  request.output_bytes_max = kResultBytesMax;
  request.log_bytes_max = kLogBytesMax;
  request.cancelled = &stopping_;
  return exec_outcome(function, run_process(request));
}

InvocationResult Invoker::run_http(const Function& function, std::string_view event_json,
                                   std::string_view request_id) {
  http::ClientRequest request;
  request.url = function.url;
  request.body = event_json;
  request.timeout_ms = function.timeout_seconds * 1'000;
  request.response_bytes_max = kResultBytesMax;
  request.headers = {
      {"Content-Type", "application/json"},
      {"Lambda-Runtime-Aws-Request-Id", std::string(request_id)},
      {"Lambda-Runtime-Deadline-Ms", std::to_string(real_now_ms() + request.timeout_ms)},
      {"Lambda-Runtime-Invoked-Function-Arn", function.arn()}};
  auto answer = http::call(request);
  if (!answer.ok()) {
    if (answer.error().code == "Timeout") {
      return failure("Sandbox.Timedout",
                     fmt::format("Task timed out after {} seconds", function.timeout_seconds));
    }
    return failure("Runtime." + answer.error().code, answer.error().message);
  }
  if (answer->status < 200 || answer->status >= 300) {
    return failure("Runtime.HttpStatus",
                   fmt::format("{} answered {}", function.url, answer->status));
  }
  if (answer->body.find_first_not_of(" \t\r\n") == std::string::npos) answer->body = "null";
  if (!nlohmann::json::accept(answer->body))
    return failure("Runtime.InvalidResult", "The answer is no JSON document");
  return {.payload = std::move(answer->body)};
}

std::vector<std::pair<std::string, std::string>> Invoker::environment_of(
    const Function& function, std::string_view request_id) const {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const auto* name : kInherited) {
    if (const char* value = std::getenv(name); value != nullptr)
      variables.emplace_back(name, value);
  }
  // A 12-digit key is its account, so the function's SDK acts in the function's own account.
  const auto& key =
      function.account == settings_.default_account ? std::string("test") : function.account;
  const auto deadline = real_now_ms() + function.timeout_seconds * 1'000;
  const std::pair<std::string, std::string> given[] = {
      {"AWS_ENDPOINT_URL", settings_.endpoint_url},
      {"AWS_REGION", function.region},
      {"AWS_DEFAULT_REGION", function.region},
      {"AWS_ACCESS_KEY_ID", key},
      {"AWS_SECRET_ACCESS_KEY", "test"},
      {"AWS_LAMBDA_FUNCTION_NAME", function.name},
      {"AWS_REQUEST_ID", std::string(request_id)},
      {"CUMULITE_DEADLINE_MS", std::to_string(deadline)},
      {"AWS_EC2_METADATA_DISABLED", "true"}};
  variables.insert(variables.end(), std::begin(given), std::end(given));
  for (const auto& [name, value] : function.environment) {
    std::erase_if(variables, [&](const auto& known) { return known.first == name; });
    variables.emplace_back(name, value);
  }
  return variables;
}

void Invoker::keep_log(InvocationLog entry) {
  const std::lock_guard lock(mutex_);
  logs_.push_back(std::move(entry));
  if (logs_.size() > kLogsMax) logs_.pop_front();
}

std::uint64_t Invoker::running(std::string_view account) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  for (const auto& [owner, invocations] : running_account_) {
    if (account.empty() || owner == account) count += invocations;
  }
  return count;
}

std::vector<InvocationLog> Invoker::logs(std::string_view account,
                                         std::string_view function) const {
  const std::lock_guard lock(mutex_);
  std::vector<InvocationLog> found;
  std::copy_if(logs_.begin(), logs_.end(), std::back_inserter(found), [&](const auto& entry) {
    return entry.account == account && (function.empty() || entry.function == function);
  });
  return found;
}

void Invoker::forget(std::string_view account) {
  const std::lock_guard lock(mutex_);
  std::erase_if(logs_,
                [&](const auto& entry) { return account.empty() || entry.account == account; });
}

void Invoker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  turn_free_.notify_all();
}

}  // namespace cumulite::functions
