#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/functions/invocation.h"

namespace cumulite::functions {

/// Whose invocation takes a place, and how many there are.
struct PlaceRequest {
  std::string function_arn;  ///< Unqualified: versions share the function's places.
  std::string account;
  std::string region;
  std::optional<std::int64_t> reserved = {};  ///< The function's own number, if it has one.
  std::int64_t unreserved_max = 1'000;        ///< Of all functions without one, together.
  WhenBusy when_busy = WhenBusy::kWait;
};

/// Counts concurrent invocations against reserved and unreserved concurrency. Thread-safe.
class Concurrency {
 public:
  enum class Answer : std::uint8_t { kTaken, kReservedBusy, kUnreservedBusy, kStopped };

  /// Takes a place, waiting for one if that was asked for.
  Answer take(const PlaceRequest& request);
  void leave(const PlaceRequest& request);

  /// Invocations that run or wait, of the account (empty: all).
  std::uint64_t running(std::string_view account) const;
  /// Nobody waits or enters any more.
  void stop();
  bool is_stopped() const;

 private:
  Answer look(const PlaceRequest& request) const;

  mutable std::mutex mutex_;
  std::condition_variable freed_;
  bool stopped_ = false;                                                    // mutex_.
  std::map<std::string, std::int64_t, std::less<>> by_function_;            // mutex_.
  std::map<std::pair<std::string, std::string>, std::int64_t> unreserved_;  // mutex_.
  std::map<std::string, std::uint64_t, std::less<>> by_account_;            // mutex_.
};

}  // namespace cumulite::functions
