#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Starting child processes in process groups of their own.
namespace cumulite::functions {

/// A file descriptor that is closed when it goes out of scope.
class Descriptor {
 public:
  Descriptor() = default;

  explicit Descriptor(int fd) : fd_(fd) {}

  ~Descriptor() { close(); }

  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return fd_; }

  bool open() const { return fd_ >= 0; }

  void reset(int fd);

  void close() { reset(-1); }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  /// Close-on-exec, so that children started at the same time by other threads do not keep it open.
  bool make();
};

using Variables = std::vector<std::pair<std::string, std::string>>;

struct ChildRequest {
  std::vector<std::string> command;  ///< Program (looked up in PATH) and arguments.
  std::string working_directory = {};
  Variables environment = {};  ///< The whole environment of the child.
  int input = -1;              ///< Becomes its stdin; -1: /dev/null.
  int output = -1;
  int errors = -1;
  std::int64_t memory_bytes_max = 0;  ///< Limit of its private writable memory; 0: none.
};

struct StartedChild {
  pid_t pid = -1;   ///< Also the number of its process group.
  int problem = 0;  ///< errno when it could not be started.
};

StartedChild start_child(const ChildRequest& request);
/// Ended, but not yet reaped: its process group's number cannot be taken by another meanwhile.
bool has_ended(pid_t pid);
/// Kills the group and reaps the child; its wait status.
int end_child(pid_t pid);

}  // namespace cumulite::functions
