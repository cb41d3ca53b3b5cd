#include "emulator/functions/one_shot.h"

#include <utility>

#include <fmt/format.h>

#include "emulator/clock/clock.h"
#include "emulator/functions/failure.h"
#include "emulator/functions/process.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/client.h"

namespace cumulite::functions {
namespace {

using End = InstanceOutcome::End;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

InstanceOutcome failed(std::string_view type, std::string_view message) {
  return {.end = End::kError, .payload = failure_json(type, message)};
}

InstanceOutcome ended(ProcessResult&& process) {
  using ProcessEnd = ProcessResult::End;
  switch (process.end) {
    case ProcessEnd::kExited:
      break;
    case ProcessEnd::kTimedOut:
      return {.end = End::kTimedOut};
    case ProcessEnd::kCancelled:
      return {.end = End::kCancelled};
    case ProcessEnd::kSignalled:
      return failed("Runtime.ExitError",
                    fmt::format("The command was ended by signal {}", process.code));
    case ProcessEnd::kNotStarted:
      return failed("Runtime.InvalidEntrypoint", process.log);
    case ProcessEnd::kOutputTooLarge:
      return failed("Function.ResponseSizeTooLarge",
                    fmt::format("The result is larger than {} bytes", kResultBytesMax));
  }
  if (process.code != 0) {
    return failed("Runtime.ExitError",
                  fmt::format("The command exited with status {}", process.code));
  }
  if (is_blank(process.output)) process.output = "null";
  if (!nlohmann::json::accept(process.output))
    return failed("Runtime.InvalidResult", "The command's stdout is no JSON document");
  return {.end = End::kResult, .payload = std::move(process.output)};
}

}  // namespace

InstanceOutcome run_exec(const Deployment& deployment, const LaunchParts& parts,
                         const InstanceEvent& event, const std::atomic<bool>& cancelled) {
  const auto deadline_ms = real_now_ms() + deployment.timeout_ms;
  ProcessRequest request;
  request.command = deployment.command;
  request.working_directory = deployment.working_directory;
  request.environment = environment_of(deployment, parts,
                                       {{"AWS_REQUEST_ID", event.request_id},
                                        {"CUMULITE_DEADLINE_MS", std::to_string(deadline_ms)}});
  request.input = event.payload;
  request.timeout_ms = deployment.timeout_ms;
  request.output_bytes_max = kResultBytesMax;
  request.log_bytes_max = kLogBytesMax;
  request.cancelled = &cancelled;
  auto process = run_process(request);
  auto log = process.log;
  auto outcome = ended(std::move(process));
  outcome.log = std::move(log);
  return outcome;
}

InstanceOutcome run_http(const Deployment& deployment, const InstanceEvent& event) {
  http::ClientRequest request;
  request.url = deployment.url;
  request.body = event.payload;
  request.timeout_ms = deployment.timeout_ms;
  request.response_bytes_max = kResultBytesMax;
  request.headers = {
      {"Content-Type", "application/json"},
      {"Lambda-Runtime-Aws-Request-Id", event.request_id},
      {"Lambda-Runtime-Deadline-Ms", std::to_string(real_now_ms() + request.timeout_ms)},
      {"Lambda-Runtime-Invoked-Function-Arn", event.invoked_arn}};
  auto answer = http::call(request);
  if (!answer.ok()) {
    if (answer.error().code == "Timeout") return {.end = End::kTimedOut};
    return failed("Runtime." + answer.error().code, answer.error().message);
  }
  if (answer->status < 200 || answer->status >= 300) {
    return failed("Runtime.HttpStatus",
                  fmt::format("{} answered {}", deployment.url, answer->status));
  }
  if (is_blank(answer->body)) answer->body = "null";
  if (!nlohmann::json::accept(answer->body))
    return failed("Runtime.InvalidResult", "The answer is no JSON document");
  return {.end = End::kResult, .payload = std::move(answer->body)};
}

}  // namespace cumulite::functions
