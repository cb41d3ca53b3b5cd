#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/functions/response_stream.h"
#include "emulator/functions/runtime/child.h"
#include "emulator/functions/runtime/deployment.h"
#include "emulator/functions/runtime/runtime_api.h"

namespace cumulite::functions {

/// Bounds of what one invocation may return and log.
inline constexpr std::size_t kResultBytesMax = 6 * 1024 * 1024 + 100;  ///< Lambda's 6291556.
inline constexpr std::size_t kStreamBytesMax = 200 * 1024 * 1024;      ///< Of a streamed result.
inline constexpr std::size_t kLogBytesMax = 256 * 1024;

/// One invocation, as a process is told of it.
struct InstanceEvent {
  std::string_view payload;
  std::string request_id;
  std::string invoked_arn;
  std::string client_context;
  std::string trace_header;
  ResponseStream* stream = nullptr;  ///< Takes a streamed response as it comes; null: gathered.
};

/// What came of it.
struct InstanceOutcome {
  enum class End : std::uint8_t {
    kResult,
    kError,      ///< The handler failed; the process lives on.
    kInitError,  ///< It told why it cannot start.
    kTimedOut,
    kExited,      ///< `code` is its wait status.
    kNotStarted,  ///< `payload` says why.
    kCancelled,
  };

  End end = End::kNotStarted;
  std::string payload = {};
  std::string content_type = {};
  std::string log = {};  ///< Its stdout and stderr, in order.
  int code = 0;
  bool is_init = false;          ///< It ended before it had asked for its first event.
  bool is_streamed = false;      ///< `payload` went into the event's stream.
  std::int64_t init_us = 0;      ///< From the start to the first request for an event; 0: was warm.
  std::int64_t duration_us = 0;  ///< Real time of the invocation proper.
  std::int64_t memory_kib_max = 0;  ///< Most resident memory so far.
};

/// A process that serves a deployment through the Runtime API, one event at a time. Used by one
/// thread at a time. Its process group ends with it.
class Instance {
 public:
  /// `cancelled`, when it becomes true, ends what runs.
  Instance(DeploymentPtr deployment, std::string log_stream, const std::atomic<bool>& cancelled);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// `command` runs with `environment` and the API's address. Blocks for the start of the process
  /// only, not for its initialization.
  void start(const std::vector<std::string>& command, Variables environment,
             const std::string& working_directory);

  InstanceOutcome invoke(const InstanceEvent& event);

  const Deployment& deployment() const { return *deployment_; }

  /// Whether it can take another event. False once it ended, timed out, or failed to start.
  bool is_usable();
  /// Reads what it writes while nobody uses it, so that it does not block on a full pipe.
  void drain();

  const std::string& log_stream() const { return log_stream_; }

 private:
  using TimePoint = std::int64_t;  ///< Microseconds of the steady clock.

  /// Waits for calls, gathering the log; until the deadline, an end, or a cancellation.
  bool pump(TimePoint deadline_us, InstanceOutcome& outcome);
  bool wait_until_ready(TimePoint deadline_us, InstanceOutcome& outcome);
  bool take_answer(const InstanceEvent& event, TimePoint deadline_us, InstanceOutcome& outcome);
  /// A piece of a streamed response. False: the invocation ends here.
  bool take_piece(const InstanceEvent& event, TimePoint deadline_us, RuntimeCall& call,
                  InstanceOutcome& outcome);
  void read_log(InstanceOutcome* outcome);
  void end();
  /// Asks a plugin to shut down, and waits for it a little.
  void part();
  std::int64_t resident_kib_max() const;

  DeploymentPtr deployment_;
  std::string log_stream_;
  const std::atomic<bool>& cancelled_;
  RuntimeApi api_;
  Descriptor log_;
  std::vector<RuntimeCall> calls_;  ///< Received, not yet looked at.
  pid_t pid_ = -1;
  int start_problem_ = 0;
  TimePoint started_us_ = 0;
  bool is_initialized_ = false;
  std::size_t stream_bytes_max_ = kResultBytesMax;  ///< Of the invocation under way.
};

}  // namespace cumulite::functions
