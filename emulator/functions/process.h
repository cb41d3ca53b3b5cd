#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Runs a command as a child process in a process group of its own.
namespace cumulite::functions {

struct ProcessRequest {
  std::vector<std::string> command;  ///< Program (looked up in PATH) and arguments.
  std::string working_directory = {};
  /// The whole environment of the child.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::string_view input = {};  ///< Written to its stdin, which is then closed.
  std::int64_t timeout_ms = 30'000;
  std::size_t output_bytes_max = 6 * 1024 * 1024;
  std::size_t log_bytes_max = 256 * 1024;        ///< Of stderr; the rest is read and dropped.
  std::int64_t memory_bytes_max = 0;             ///< Of private writable memory; 0: none.
  const std::atomic<bool>* cancelled = nullptr;  ///< Set: the group is killed as at the time-out.
};

struct ProcessResult {
  enum class End : std::uint8_t {
    kExited,
    kSignalled,
    kTimedOut,
    kCancelled,
    kNotStarted,
    kOutputTooLarge
  };

  End end = End::kNotStarted;
  int code = 0;        ///< Exit status, signal number, or errno.
  std::string output;  ///< stdout.
  std::string log;     ///< stderr.
};

/// Blocks until the child ended. At the time-out the whole process group is killed, so nothing that
/// the command started survives it.
ProcessResult run_process(const ProcessRequest& request);

}  // namespace cumulite::functions
