#include "emulator/functions/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace cumulite::functions {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int kPollMsMax = 50;  // How late a cancellation may be noticed.
constexpr std::size_t kReadBytes = 64 * 1024;

/// A pipe end that is closed when it goes out of scope.
class Descriptor {
 public:
  Descriptor() = default;

  explicit Descriptor(int fd) : fd_(fd) {}

  ~Descriptor() { close(); }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

  bool open() const { return fd_ >= 0; }

  void reset(int fd) {
    close();
    fd_ = fd;
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  /// Close-on-exec, so that children started at the same time by other threads do not keep it open.
  bool make() {
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read.reset(ends[0]);
    write.reset(ends[1]);
    return true;
  }
};

/// Null-terminated pointers to texts, as exec wants them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

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
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in_.read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_.write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, log_.write.get(), STDERR_FILENO);
    if (!request_.working_directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions, request_.working_directory.c_str());
    }
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    auto command = request_.command;
    std::vector<std::string> environment;
    for (const auto& [name, value] : request_.environment)
      environment.push_back(name + "=" + value);
    const int problem = posix_spawnp(&pid_, command.front().c_str(), &actions, &attributes,
                                     pointers(command).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
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

  /// Ended, but not yet reaped: its process group's number cannot be taken by another meanwhile.
  bool ended() const {
    siginfo_t info = {};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
  }

  /// The command ended, but something that it started still holds its outputs: take what is there
  /// and end the heirs, as nothing of an invocation outlives it.
  bool exited_with_heirs() {
    if (!ended()) return false;
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
    std::array<char, kReadBytes> buffer;
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
    while (!forced_ && !ended()) {
      if (SteadyClock::now() > deadline_) stop(ProcessResult::End::kTimedOut);
      ::poll(nullptr, 0, 1);
    }
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
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
