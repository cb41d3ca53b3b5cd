#include "emulator/functions/report.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "emulator/functions/failure.h"
#include "emulator/functions/iso_time.h"

namespace cumulite::functions {
namespace {

using End = InstanceOutcome::End;

/// "exit status 1", "signal: killed", as Lambda tells of an ended process; empty for status 0.
std::string end_of_process(int status) {
  if (WIFEXITED(status))
    return WEXITSTATUS(status) == 0 ? "" : fmt::format("exit status {}", WEXITSTATUS(status));
  std::string name = ::strsignal(WTERMSIG(status));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return fmt::format("signal: {}", name);
}

std::string ended_message(const InstanceOutcome& outcome) {
  const auto how = end_of_process(outcome.code);
  return how.empty() ? "Runtime exited without providing a reason"
                     : "Runtime exited with error: " + how;
}

std::string timed_out_message(const Deployment& deployment) {
  return fmt::format("Task timed out after {:.2f} seconds",
                     static_cast<double>(deployment.timeout_ms) / 1'000);
}

/// What the log says of an end that the function itself could not tell.
std::string last_line(const Deployment& deployment, std::string_view request_id,
                      const InstanceOutcome& outcome, std::int64_t now_ms) {
  switch (outcome.end) {
    case End::kTimedOut:
      return fmt::format("{} {} {}\n\n", iso_time(now_ms), request_id,
                         timed_out_message(deployment));
    case End::kExited:
      return fmt::format("RequestId: {} Error: {}\nRuntime.ExitError\n", request_id,
                         ended_message(outcome));
    case End::kNotStarted:
      return fmt::format("RequestId: {} Error: {}\nRuntime.InvalidEntrypoint\n", request_id,
                         outcome.payload);
    default:
      return {};
  }
}

}  // namespace

std::string failure_payload(const Deployment& deployment, std::string_view request_id,
                            const InstanceOutcome& outcome) {
  const auto with_id = [&](std::string_view text) {
    return fmt::format("RequestId: {} Error: {}", request_id, text);
  };
  switch (outcome.end) {
    case End::kTimedOut:
      return failure_json("Sandbox.Timedout", with_id(timed_out_message(deployment)));
    case End::kExited:
      return failure_json("Runtime.ExitError", with_id(ended_message(outcome)));
    case End::kNotStarted:
      return failure_json("Runtime.InvalidEntrypoint", with_id(outcome.payload));
    case End::kCancelled:
      return failure_json("Runtime.Stopped", "The daemon is stopping");
    default:
      return outcome.payload;
  }
}

std::string full_log(const Deployment& deployment, std::string_view request_id,
                     const InstanceOutcome& outcome, std::int64_t now_ms) {
  auto log = fmt::format("START RequestId: {} Version: {}\n", request_id, deployment.version);
  log += outcome.log;
  if (log.back() != '\n') log += '\n';
  log += last_line(deployment, request_id, outcome, now_ms);
  log += fmt::format("END RequestId: {}\n", request_id);
  const auto duration_ms = static_cast<double>(outcome.duration_us) / 1'000;
  log += fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax "
      "Memory Used: {} MB\t",
      request_id, duration_ms, std::max<std::int64_t>(1, (outcome.duration_us + 999) / 1'000),
      deployment.memory_mb, outcome.memory_kib_max / 1'024);
  if (outcome.init_us > 0) {
    log += fmt::format("Init Duration: {:.2f} ms\t", static_cast<double>(outcome.init_us) / 1'000);
  }
  if (outcome.end == End::kTimedOut) log += "Status: timeout";
  log += '\n';
  return log;
}

}  // namespace cumulite::functions
