#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/core/snapshot_part.h"
#include "storage/kv/store.h"

namespace cumulite {

/// What became of deliveries, counted by the topic that they came from: what CloudWatch would show.
/// Counters are rows, added to in the transaction that ends a delivery, so they survive restarts
/// and never count what was undone. Deliveries to queues, which hardly ever fail, are counted by
/// the publish that makes them all, and taken back by the one that fails. Thread-safe.
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
  using Counts = std::map<std::pair<std::string, Outcome>, std::int64_t>;

  explicit DeliveryCounts(storage::Store& store) : store_(store) {}

  /// Sources that are no topics are not counted: nothing shows them. Less than 0 takes back.
  void note(storage::Txn& txn, std::string_view source_arn, std::string_view protocol,
            Outcome outcome, std::int64_t count = 1) const;
  Counts of(std::string_view source_arn) const;
  void forget(storage::Txn& txn, std::string_view source_arn) const;

  /// Where the counters of the account (empty: of everybody) lie, in spaces::kCaptured.
  static RowRange rows_of(std::string_view account);

 private:
  storage::Store& store_;
};

}  // namespace cumulite
