#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace cumulite {

/// What became of deliveries, counted by what they came from (a topic's ARN) since the daemon
/// started: what CloudWatch would show. Thread-safe.
class DeliveryCounts {
 public:
  enum class Outcome : std::uint8_t {
    kPublished,     ///< A message was accepted; its protocol is empty.
    kFilteredOut,   ///< The subscription did not want it.
    kDelivered,     ///< The target took it.
    kFailed,        ///< Given up.
    kRedriven,      ///< It went to the dead-letter queue then.
    kRedriveFailed  ///< It did not get there either.
  };

  /// By protocol ("sqs", "http", ...) and outcome.
  using Counts = std::map<std::pair<std::string, Outcome>, std::uint64_t>;

  void note(std::string_view source_arn, std::string_view protocol, Outcome outcome,
            std::uint64_t count = 1);
  Counts of(std::string_view source_arn) const;
  void forget(std::string_view source_arn);
  /// Of all sources of the account (empty: of everybody).
  void reset(std::string_view account);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Counts, std::less<>> counts_;
};

}  // namespace cumulite
