#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "emulator/functions/runtime/instance.h"

namespace cumulite::functions {

/// Processes that wait for their next event; the most recently used is taken first, so that the
/// others age. A thread ends those that nobody needed for a while. Thread-safe.
class InstancePool {
 public:
  InstancePool();
  /// Ends all processes.
  ~InstancePool();
  InstancePool(const InstancePool&) = delete;
  InstancePool& operator=(const InstancePool&) = delete;

  /// An idle process of the deployment, or null.
  std::unique_ptr<Instance> take(const std::string& deployment_key);
  /// Gives it back; one that cannot be used again is dropped. Beyond the bound the oldest goes.
  void give_back(std::unique_ptr<Instance> instance);
  /// Ends idle processes of a function whose code or configuration changed; empty: of the account;
  /// all empty: every one. Busy ones end when they are given back.
  void forget(std::string_view account, std::string_view function_arn);
  std::size_t idle() const;

 private:
  struct Idle {
    std::unique_ptr<Instance> instance;
    std::int64_t since_ms;  ///< Of the steady clock.
  };

  void reap();

  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  std::list<Idle> idle_;     // The most recently used first; mutex_.
  bool stopping_ = false;    // mutex_.
  bool has_reaper_ = false;  // mutex_.
  std::thread reaper_;
};

}  // namespace cumulite::functions
