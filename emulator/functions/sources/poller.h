#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "emulator/clock/clock.h"
#include "emulator/clock/due_index.h"
#include "emulator/core/environment.h"
#include "emulator/functions/invocation.h"
#include "emulator/functions/sources/event_source.h"
#include "emulator/functions/sources/queue_source.h"
#include "emulator/functions/sources/stream_source.h"

namespace cumulite::functions {

/// What pollers work with.
struct PollerParts {
  Environment& env;
  FunctionInvoker& invoker;
  QueueSource& queues;
  StreamSource& streams;
};

inline constexpr std::string_view kNothingProcessed = "No records processed";

/// Reads one event source for its function, with threads of its own.
class Poller {
 public:
  virtual ~Poller() = default;

  virtual const EventSource& source() const = 0;
  /// What could be processed now, and what is being processed. What waits for a later time (a
  /// batching window, a retry) does not count. For settle.
  virtual std::uint64_t pending() const = 0;
  /// Batches that are open for more until their batching window ends, later on the account's clock.
  virtual std::uint64_t open_windows() const = 0;

  /// How the last batch of a stream went, in Lambda's words, since the daemon started.
  virtual std::string last_result() const { return std::string(kNothingProcessed); }

  /// Takes no more batches; the destructor waits for those under way.
  virtual void stop() = 0;
  /// Forgets what comes of the batches under way, whose invocations are being cut off: they come
  /// again, as after a kill.
  virtual void abandon() = 0;
};

}  // namespace cumulite::functions
