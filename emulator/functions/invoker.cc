#include "emulator/functions/invoker.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/functions/failure.h"
#include "emulator/functions/iso_time.h"
#include "emulator/functions/one_shot.h"
#include "emulator/functions/report.h"
#include "emulator/functions/runtime/bootstraps.h"
#include "emulator/functions/trace.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Answer = Concurrency::Answer;
using End = InstanceOutcome::End;
using Status = InvocationResult::Status;

/// Gives the place back at the end.
class Place {
 public:
  Place(Concurrency& concurrency, const PlaceRequest& request)
      : concurrency_(concurrency), request_(request), answer_(concurrency.take(request)) {}

  ~Place() {
    if (answer_ == Answer::kTaken) concurrency_.leave(request_);
  }

  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Answer answer() const { return answer_; }

 private:
  Concurrency& concurrency_;
  const PlaceRequest& request_;
  Answer answer_;
};

InvocationResult refused(Answer answer) {
  InvocationResult result;
  if (answer == Answer::kStopped) {
    result.status = Status::kNotReady;
    result.payload = failure_json("Runtime.Stopped", "The daemon is stopping");
    return result;
  }
  result.status = Status::kThrottled;
  const std::string_view reason = answer == Answer::kReservedBusy
                                      ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                                      : "ConcurrentInvocationLimitExceeded";
  result.payload =
      nlohmann::json{{"Reason", reason}, {"Type", "User"}, {"message", "Rate Exceeded."}}.dump();
  return result;
}

/// "2026/11/22/[$LATEST]6f1d...": a stream for each process, as on Lambda.
std::string new_log_stream(const Deployment& deployment, std::int64_t now_ms) {
  auto id = ids::uuid();
  std::erase(id, '-');
  auto day = iso_time(now_ms).substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  return fmt::format("{}/[{}]{}", day, deployment.version, id);
}

}  // namespace

Invoker::Invoker(const Settings& settings, CodeCache& code_cache)
    : settings_(settings), code_cache_(code_cache) {}

Invoker::~Invoker() {
  stop();
}

void Invoker::configure(RuntimeOptions options) {
  options_ = std::move(options);
}

LaunchParts Invoker::parts() {
  const std::lock_guard lock(mutex_);
  if (python_bootstrap_.empty()) {
    python_bootstrap_ = code_cache_.write_file("bootstrap.py", bootstraps::kPython);
    node_bootstrap_ = code_cache_.write_file("bootstrap.mjs", bootstraps::kNode);
  }
  return {.options = options_,
          .endpoint_url = settings_.endpoint_url,
          .default_account = settings_.default_account,
          .python_bootstrap = python_bootstrap_,
          .node_bootstrap = node_bootstrap_};
}

InvocationResult Invoker::invoke(const FunctionCall& call) {
  const auto& deployment = *call.deployment;
  const auto& request = call.request;
  const PlaceRequest wanted = {.function_arn = deployment.arn(),
                               .account = deployment.account,
                               .region = deployment.region,
                               .reserved = call.reserved,
                               .unreserved_max = call.unreserved_max,
                               .when_busy = request.when_busy};
  const Place place(concurrency_, wanted);
  if (place.answer() != Answer::kTaken) return refused(place.answer());
  InstanceEvent event = {
      .payload = request.payload.empty() ? std::string_view("{}") : request.payload,
      .request_id = request.request_id.empty() ? ids::uuid() : request.request_id,
      .invoked_arn = request.arn,
      .client_context = request.client_context,
      .trace_header = request.trace_header,
      .stream = request.stream};
  if (event.trace_header.empty()) event.trace_header = untraced(event.request_id, request.now_ms);
  std::string stream;
  const auto outcome = run(call, event, stream);
  InvocationResult result;
  result.request_id = event.request_id;
  result.executed_version = deployment.version;
  result.log = full_log(deployment, event.request_id, outcome, request.now_ms);
  if (outcome.end == End::kResult) {
    result.payload = outcome.payload;
    result.content_type = outcome.content_type;
  } else {
    result.function_error = "Unhandled";
    result.payload = failure_payload(deployment, event.request_id, outcome);
  }
  keep_log({deployment.account, deployment.name, event.request_id, request.now_ms,
            outcome.duration_us / 1'000, result.ok(), result.ok() ? "" : result.payload,
            outcome.log});
  if (sink_) {
    sink_({deployment.account, deployment.region, deployment.log_group, stream, result.log,
           request.now_ms});
  }
  return result;
}

InstanceOutcome Invoker::run(const FunctionCall& call, const InstanceEvent& event,
                             std::string& stream) {
  const auto& deployment = *call.deployment;
  const bool is_exec = deployment.runtime == "exec";
  if (!is_exec && deployment.runtime != "http") return run_process(call, event, stream);
  stream = new_log_stream(deployment, call.request.now_ms);
  const auto start = std::chrono::steady_clock::now();
  auto outcome =
      is_exec ? run_exec(deployment, parts(), event, stopping_) : run_http(deployment, event);
  outcome.duration_us = std::chrono::duration_cast<std::chrono::microseconds>(
                            std::chrono::steady_clock::now() - start)
                            .count();
  return outcome;
}

InstanceOutcome Invoker::run_process(const FunctionCall& call, const InstanceEvent& event,
                                     std::string& stream) {
  auto instance = pool_.take(call.deployment->key);
  if (instance == nullptr) {
    const auto new_stream = new_log_stream(*call.deployment, call.request.now_ms);
    const auto launch = launch_of(*call.deployment, parts(), new_stream);
    if (!launch.error_type.empty()) return {.end = End::kNotStarted, .payload = launch.error};
    try {
      instance = std::make_unique<Instance>(call.deployment, new_stream, stopping_);
    } catch (const std::runtime_error& failure) {
      return {.end = End::kNotStarted, .payload = failure.what()};
    }
    instance->start(launch.command, launch.environment, launch.working_directory);
  }
  stream = instance->log_stream();
  auto outcome = instance->invoke(event);
  pool_.give_back(std::move(instance));
  return outcome;
}

void Invoker::keep_log(InvocationLog entry) {
  const std::lock_guard lock(mutex_);
  logs_.push_back(std::move(entry));
  if (logs_.size() > kLogsMax) logs_.pop_front();
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
  pool_.forget(account, {});
  const std::lock_guard lock(mutex_);
  std::erase_if(logs_,
                [&](const auto& entry) { return account.empty() || entry.account == account; });
}

void Invoker::stop() {
  stopping_ = true;
  concurrency_.stop();
}

}  // namespace cumulite::functions
