#include "emulator/functions/runtime/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace cumulite::functions {
namespace {

/// Null-terminated pointers to texts, as exec wants them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

class SpawnActions {
 public:
  explicit SpawnActions(const ChildRequest& request) {
    posix_spawn_file_actions_init(&actions_);
    if (request.input >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, request.input, STDIN_FILENO);
    } else {
      posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_adddup2(&actions_, request.output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, request.errors, STDERR_FILENO);
    // Whatever else the daemon has open (its clients' connections among it) is none of the child's:
    // a connection ends for the client when nobody has it any more.
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    if (!request.working_directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions_, request.working_directory.c_str());
    }
  }

  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }

  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A group of its own, and no signal blocked or ignored, whatever the daemon's threads do.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }

  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  reset(std::exchange(other.fd_, -1));
  return *this;
}

void Descriptor::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

bool Pipe::make() {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  read.reset(ends[0]);
  write.reset(ends[1]);
  return true;
}

StartedChild start_child(const ChildRequest& request) {
  const SpawnActions actions(request);
  const SpawnAttributes attributes;
  auto command = request.command;
  std::vector<std::string> environment;
  for (const auto& [name, value] : request.environment) environment.push_back(name + "=" + value);
  StartedChild child;
  child.problem = posix_spawnp(&child.pid, command.front().c_str(), actions.get(), attributes.get(),
                               pointers(command).data(), pointers(environment).data());
  if (child.problem == 0 && request.memory_bytes_max > 0) {
    // RLIMIT_DATA, not RLIMIT_AS: V8 reserves gigabytes of addresses that it never uses. Set from
    // outside, since nothing may run between fork and exec of a process with threads.
    const auto bytes = static_cast<rlim_t>(request.memory_bytes_max);
    const rlimit limit = {bytes, bytes};
    ::prlimit(child.pid, RLIMIT_DATA, &limit, nullptr);
  }
  return child;
}

bool has_ended(pid_t pid) {
  siginfo_t info = {};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid != 0;
}

int end_child(pid_t pid) {
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace cumulite::functions
