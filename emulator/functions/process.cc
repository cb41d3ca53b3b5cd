#include "emulator/functions/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "emulator/functions/runtime/child.h"

namespace cumulite::functions {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int kPollMsMax = 50;  // How late a cancellation may be noticed.
constexpr std::size_t kPipeReadBytes = 64 * 1024;

class Child {
 public:
  explicit Child(const ProcessRequest& request) : request_(request) {}

  ProcessResult run() {
    if (const int problem = start(); problem != 0) {
      result_.end = ProcessResult::End::kNotStarted;
      result_.code = problem;
      result_.log =
          "cannot start " + request_.command.front() + ": " + std::strerror(problem) + "\n";
      return std::move(result_);
    }
    pump();
    finish();
    return std::move(result_);
  }

 private:
  int start() {
    if (!in_.make() || !out_.make() || !log_.make()) return errno;
    ChildRequest child;
    child.command = request_.command;
    child.working_directory = request_.working_directory;
    child.environment = request_.environment;
    child.input = in_.read.get();
    child.output = out_.write.get();
    child.errors = log_.write.get();
    child.memory_bytes_max = request_.memory_bytes_max;
    const auto [pid, problem] = start_child(child);
    pid_ = pid;
    in_.read.close();
    out_.write.close();
    log_.write.close();
    if (problem != 0) return problem;
    ::fcntl(in_.write.get(), F_SETFL, O_NONBLOCK);
    return 0;
  }

  /// Feeds stdin and reads both outputs until they are closed, time is up, or it is cancelled.
  void pump() {
    auto input = request_.input;
    if (input.empty()) in_.write.close();
    while (out_.read.open() || log_.read.open()) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - SteadyClock::now())
              .count();
      if (left <= 0) return stop(ProcessResult::End::kTimedOut);
      if (request_.cancelled != nullptr && request_.cancelled->load())
        return stop(ProcessResult::End::kCancelled);
      std::array<pollfd, 3> watched = {{{in_.write.get(), POLLOUT, 0},
                                        {out_.read.get(), POLLIN, 0},
                                        {log_.read.get(), POLLIN, 0}}};
      ::poll(watched.data(), watched.size(),
             static_cast<int>(std::min<std::int64_t>(left, kPollMsMax)));
      if (watched[0].revents != 0) feed(input);
      if (watched[1].revents != 0)
        read_into(out_.read, result_.output, request_.output_bytes_max + 1);
      if (watched[2].revents != 0) read_into(log_.read, result_.log, request_.log_bytes_max);
      if (result_.output.size() > request_.output_bytes_max)
        return stop(ProcessResult::End::kOutputTooLarge);
      if (exited_with_heirs()) return;
    }
  }

  /// The command ended, but something that it started still holds its outputs: take what is there
  /// and end the heirs, as nothing of an invocation outlives it.
  bool exited_with_heirs() {
    if (!has_ended(pid_)) return false;
    std::array<pollfd, 2> watched = {{{out_.read.get(), POLLIN, 0}, {log_.read.get(), POLLIN, 0}}};
    return ::poll(watched.data(), watched.size(), 0) == 0;
  }

  void feed(std::string_view& input) {
    const auto count = ::write(in_.write.get(), input.data(), input.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // A child that closes its stdin early has read what it wants.
    if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
    if (count < 0 || input.empty()) in_.write.close();
  }

  static void read_into(Descriptor& from, std::string& text, std::size_t bytes_max) {
    std::array<char, kPipeReadBytes> buffer;
    const auto count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) return from.close();
    const auto room = bytes_max - std::min(bytes_max, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
  }

  void stop(ProcessResult::End end) {
    forced_ = true;
    result_.end = end;
    ::kill(-pid_, SIGKILL);
  }

  /// A command that closed its outputs may still run: it has what is left until the time-out.
  void finish() {
    while (!forced_ && !has_ended(pid_)) {
      if (SteadyClock::now() > deadline_) stop(ProcessResult::End::kTimedOut);
      ::poll(nullptr, 0, 1);
    }
    const int status = end_child(pid_);
    if (forced_) return;
    result_.end = WIFEXITED(status) ? ProcessResult::End::kExited : ProcessResult::End::kSignalled;
    result_.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  }

  const ProcessRequest& request_;
  ProcessResult result_;
  Pipe in_;
  Pipe out_;
  Pipe log_;
  SteadyClock::time_point deadline_ =
      SteadyClock::now() + std::chrono::milliseconds(request_.timeout_ms);
  pid_t pid_ = -1;
  bool forced_ = false;
};

}  // namespace

ProcessResult run_process(const ProcessRequest& request) {
  // Writing to a child that closed its stdin must be an error of write, not the end of the process.
  [[maybe_unused]] static const auto kPipeSignalIgnored = ::signal(SIGPIPE, SIG_IGN);
  return Child(request).run();
}

}  // namespace cumulite::functions
