#include "emulator/functions/runtime/instance.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "emulator/clock/clock.h"

namespace cumulite::functions {
namespace {

using End = InstanceOutcome::End;

constexpr std::int64_t kMicros = 1'000;
// Lambda gives ten seconds to the initialization outside of an invocation; one that takes longer
// runs again inside of the invocation, with the function's own time-out.
constexpr std::int64_t kInitMsMin = 10'000;
constexpr std::int64_t kInstancePollMsMax =
    50;  // How late an end or a cancellation may be noticed.
constexpr std::size_t kLogReadBytes = 64 * 1024;
constexpr int kPartMsMax = 200;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Most memory of a deployment's process; 0: any.
std::int64_t memory_bytes_max_of(const Deployment& deployment) {
  const bool is_plugin = deployment.runtime == "plugin";
  if (is_plugin && kIsSanitized) return 0;  // Its program is ours: the shadow memory counts too.
  // A language's own machinery (thread stacks, code) is not the function's; node's takes most.
  const std::int64_t own_mb = deployment.runtime.starts_with("nodejs") ? 512 : 64;
  return (deployment.memory_mb + own_mb) * 1024 * 1024;
}

}  // namespace

Instance::Instance(DeploymentPtr deployment, std::string log_stream,
                   const std::atomic<bool>& cancelled)
    : deployment_(std::move(deployment)),
      log_stream_(std::move(log_stream)),
      cancelled_(cancelled) {}

Instance::~Instance() {
  if (deployment_->runtime == "plugin" && is_initialized_) part();
  end();
}

void Instance::start(const std::vector<std::string>& command, Variables environment,
                     const std::string& working_directory) {
  Pipe pipe;
  started_us_ = steady_us();
  if (!pipe.make()) {
    start_problem_ = errno;
    return;
  }
  environment.emplace_back("AWS_LAMBDA_RUNTIME_API", api_.address());
  ChildRequest request;
  request.command = command;
  request.working_directory = working_directory;
  request.environment = std::move(environment);
  request.output = pipe.write.get();
  request.errors = pipe.write.get();  // One pipe, so that the order of the lines is kept.
  request.memory_bytes_max = memory_bytes_max_of(*deployment_);
  const auto child = start_child(request);
  pid_ = child.pid;
  start_problem_ = child.problem;
  if (start_problem_ != 0) pid_ = -1;
  log_ = std::move(pipe.read);
  ::fcntl(log_.get(), F_SETFL, O_NONBLOCK);
}

InstanceOutcome Instance::invoke(const InstanceEvent& event) {
  InstanceOutcome outcome;
  if (start_problem_ != 0) {
    outcome.payload = std::strerror(start_problem_);
    return outcome;
  }
  const bool was_cold = !is_initialized_;
  const auto patience_ms =
      was_cold ? std::max(kInitMsMin, deployment_->timeout_ms) : deployment_->timeout_ms;
  if (!wait_until_ready(steady_us() + patience_ms * kMicros, outcome)) {
    outcome.is_init = was_cold;
    end();
    return outcome;
  }
  const auto begun_us = steady_us();
  if (was_cold) outcome.init_us = begun_us - started_us_;
  const auto deadline_ms = real_now_ms() + deployment_->timeout_ms;
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Lambda-Runtime-Aws-Request-Id", event.request_id},
      {"Lambda-Runtime-Deadline-Ms", std::to_string(deadline_ms)},
      {"Lambda-Runtime-Invoked-Function-Arn", event.invoked_arn},
      {"Lambda-Runtime-Trace-Id", event.trace_header}};
  if (!event.client_context.empty())
    headers.emplace_back("Lambda-Runtime-Client-Context", event.client_context);
  const auto deadline_us = begun_us + deployment_->timeout_ms * kMicros;
  stream_bytes_max_ = event.stream == nullptr ? kResultBytesMax : kStreamBytesMax;
  bool is_answered = false;
  if (api_.send_event(headers, event.payload, deployment_->timeout_ms)) {
    while (!is_answered && pump(deadline_us, outcome))
      is_answered = take_answer(event, deadline_us, outcome);
  } else {
    pump(steady_us(), outcome);  // It ended, or does not read: pump says which.
  }
  outcome.duration_us = steady_us() - begun_us;
  read_log(&outcome);
  outcome.memory_kib_max = resident_kib_max();
  if (!is_answered || outcome.end == End::kTimedOut) end();
  return outcome;
}

/// Until the process asks for an event.
bool Instance::wait_until_ready(TimePoint deadline_us, InstanceOutcome& outcome) {
  while (!api_.is_waiting()) {
    if (!pump(deadline_us, outcome)) return false;
    for (auto& call : std::exchange(calls_, {})) {
      if (call.kind != RuntimeCall::Kind::kInitError) continue;
      outcome.end = End::kInitError;
      outcome.payload = std::move(call.body);
      // It logs, if at all, before it ends: wait for that, but not for ever.
      InstanceOutcome rest;
      while (pump(std::min(deadline_us, steady_us() + 200 * kMicros), rest)) {
      }
      outcome.log += rest.log;
      return false;
    }
  }
  calls_.clear();
  is_initialized_ = true;
  return true;
}

/// True when one of the calls ends the invocation.
bool Instance::take_answer(const InstanceEvent& event, TimePoint deadline_us,
                           InstanceOutcome& outcome) {
  for (auto& call : std::exchange(calls_, {})) {
    if (call.kind == RuntimeCall::Kind::kPiece && call.request_id == event.request_id) {
      if (!take_piece(event, deadline_us, call, outcome)) return true;
      continue;
    }
    const bool is_result = call.kind == RuntimeCall::Kind::kResponse;
    if (!is_result && call.kind != RuntimeCall::Kind::kError) continue;
    if (call.request_id != event.request_id) continue;
    outcome.end = is_result ? End::kResult : End::kError;
    // Of a streamed result the pieces have come before.
    if (!is_result || !call.is_streaming) outcome.payload = std::move(call.body);
    outcome.content_type = std::move(call.content_type);
    return true;
  }
  return false;
}

bool Instance::take_piece(const InstanceEvent& event, TimePoint deadline_us, RuntimeCall& call,
                          InstanceOutcome& outcome) {
  if (event.stream == nullptr) {
    outcome.payload += call.body;
    return true;
  }
  outcome.is_streamed = true;
  event.stream->begin(call.content_type);
  if (event.stream->write(call.body, deadline_us)) return true;
  outcome.end = End::kTimedOut;
  return false;
}

bool Instance::pump(TimePoint deadline_us, InstanceOutcome& outcome) {
  for (;;) {
    if (cancelled_) {
      outcome.end = End::kCancelled;
      return false;
    }
    const auto left_us = deadline_us - steady_us();
    std::vector<pollfd> watched;
    for (const int fd : api_.readable()) watched.push_back({fd, POLLIN, 0});
    if (log_.open()) watched.push_back({log_.get(), POLLIN, 0});
    const auto wait_ms = std::clamp<std::int64_t>(left_us / kMicros, 0, kInstancePollMsMax);
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(wait_ms));
    if (ready > 0) {
      read_log(&outcome);
      calls_ =
          api_.receive({.body_bytes_max = kResultBytesMax, .stream_bytes_max = stream_bytes_max_});
      if (!calls_.empty()) return true;
    }
    // Only when there is nothing to read: what it said last still counts.
    if ((ready == 0 || !log_.open()) && has_ended(pid_)) {
      outcome.code = end_child(std::exchange(pid_, -1));
      outcome.end = End::kExited;
      return false;
    }
    if (left_us <= 0) {
      outcome.end = End::kTimedOut;
      return false;
    }
  }
}

void Instance::read_log(InstanceOutcome* outcome) {
  if (!log_.open()) return;
  std::array<char, kLogReadBytes> buffer;
  for (;;) {
    const auto count = ::read(log_.get(), buffer.data(), buffer.size());
    if (count == 0) return log_.close();
    if (count < 0) return;
    if (outcome == nullptr) continue;
    const auto room = kLogBytesMax - std::min(kLogBytesMax, outcome->log.size());
    outcome->log.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
  }
}

bool Instance::is_usable() {
  return pid_ > 0 && !has_ended(pid_);
}

void Instance::drain() {
  read_log(nullptr);
}

void Instance::part() {
  if (pid_ <= 0) return;
  for (int waited_ms = 0; waited_ms < kPartMsMax && !has_ended(pid_); ++waited_ms) {
    // Again and again: one that comes right before the process waits for an event ends no wait.
    ::kill(pid_, SIGTERM);
    read_log(nullptr);
    ::poll(nullptr, 0, 1);
  }
}

void Instance::end() {
  if (pid_ > 0) end_child(std::exchange(pid_, -1));
}

std::int64_t Instance::resident_kib_max() const {
  if (pid_ <= 0) return 0;
  std::ifstream status(fmt::format("/proc/{}/status", pid_));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoll(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

}  // namespace cumulite::functions
