#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/clock/due_index.h"
#include "storage/kv/store.h"

namespace cumulite {

/// A consequence of a change, committed with it: something that has to reach a target.
struct Event {
  std::uint64_t sequence = 0;  ///< Given by append; the order of delivery within a kind.
  std::string account;         ///< Whose call caused it: settle waits by account.
  std::string region;
  std::string kind;           ///< Registered target: "sqs", "sns", "function", "http", "email".
  std::string target;         ///< ARN, URL or address.
  std::string payload;        ///< The kind's own format.
  std::uint32_t attempt = 0;  ///< Deliveries tried so far.
};

/// What became of one try.
struct Delivery {
  enum class Outcome : std::uint8_t {
    kRemoved,  ///< Applied, and the event removed in the same transaction (Outbox::remove): exactly
               ///< once.
    kFinished,  ///< Done or given up: the outbox removes it (at least once).
    kRetry,     ///< Try again at `retry_at_ms` of the account's clock; attempt is raised and
                ///< persisted.
  };

  Outcome outcome = Outcome::kFinished;
  std::int64_t retry_at_ms = 0;
};

/// Events on their way. Rows commit with the change that caused them; workers deliver after the
/// commit. In-process kinds run on one worker in order of sequence; slow kinds (HTTP, functions) on
/// up to `concurrency` threads, at least once. A retry is a due row. Nothing is dropped silently:
/// what a kind gives up it first sends to its dead-letter target, or logs.
class Outbox {
 public:
  using Deliverer = std::function<Delivery(const Event& event)>;

  /// Registers the due kind of retries: before DueIndex::start.
  Outbox(storage::Store& store, DueIndex& due);
  ~Outbox();

  /// `concurrency` 0: in process, on the ordered worker.
  void register_target(std::string kind, unsigned concurrency, Deliverer deliver);
  /// Starts the workers, first with what an earlier run left. A target that throws is tried again
  /// after a pause, in process with the events behind it waiting; after a few times as a retry.
  void start();
  void stop();

  /// Adds the event in the caller's transaction; `sequence` and `attempt` of the argument are
  /// ignored.
  void append(storage::Txn& txn, const Event& event);
  /// Removes it in the transaction that applies it (kRemoved).
  void remove(storage::Txn& txn, const Event& event);

  /// Events not delivered yet, those waiting for a retry in the future excluded; of the account
  /// (empty: all). For settle.
  std::uint64_t pending(std::string_view account = {}) const;
  /// Waits until nothing is pending, at most that long in real time; whether it got there.
  bool wait_idle(std::int64_t timeout_ms) const;
  /// Events not delivered yet, in order within their kind; of the kind (empty: all, those waiting
  /// for a retry excluded). For the admin page and tests.
  std::vector<Event> list(std::string_view kind, std::size_t limit) const;
  /// Drops the account's events (empty: all), after the deliveries that are running.
  void reset(std::string_view account);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cumulite
