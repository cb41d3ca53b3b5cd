#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/functions/invocation.h"
#include "emulator/functions/response_stream.h"

namespace cumulite::functions {

/// Invocations that clients wait for, each on a thread of its own: a function may call the daemon
/// while its own caller waits, so none of the server's few threads may be held. Thread-safe.
class PendingCalls {
 public:
  using Work = std::function<InvocationResult()>;

  ~PendingCalls() { wait_for_all(); }

  /// Runs `work`, then `on_end`. What the function streams comes by `stream`, if there is one.
  void start(const std::string& id, Work work, std::function<void()> on_end,
             std::shared_ptr<ResponseStream> stream = nullptr);
  bool is_known(const std::string& id) const;
  /// The result, once: nullopt while it runs.
  std::optional<InvocationResult> take(const std::string& id);
  /// The stream, once, as soon as the answer can begin with it: the call is then not known any
  /// more. Null before, and for what is not streamed.
  std::shared_ptr<ResponseStream> take_stream(const std::string& id);
  void wait_for_all();

 private:
  struct Entry {
    std::optional<InvocationResult> result;
    std::int64_t ended_ms = 0;  ///< Real.
    std::shared_ptr<ResponseStream> stream = nullptr;
  };

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::uint64_t running_ = 0;             // mutex_.
  std::map<std::string, Entry> entries_;  // mutex_.
};

}  // namespace cumulite::functions
