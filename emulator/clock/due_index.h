#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/clock/clock.h"
#include "storage/kv/store.h"

namespace cumulite {

class WakeHub;

/// A future action: a row `account|due_ms|kind|id` whose value is the payload.
struct DueRow {
  std::string account;
  std::int64_t due_ms = 0;
  std::string kind;  ///< Registered by its service: "sns.retry", "glacier.job".
  std::string id;    ///< Unique within (account, due_ms, kind).
  std::string payload = {};
};

/// Every persisted delay of the daemon. One worker runs what is due, in order of time, each in its
/// kind's handler; advancing the clock runs everything up to the new time, including what running
/// ones schedule, before it answers. Each account is ordered by its own clock.
class DueIndex {
 public:
  /// Runs one due row. It opens its own transaction, in which it calls `DueIndex::remove` (and
  /// schedules what follows): done and gone are one commit. A row that is still there afterwards
  /// (or whose handler threw) is tried again a real second later. Runs on the worker thread or on
  /// the thread that advances; never two at a time. `now_ms` is the row's due time or later.
  using Handler = std::function<void(const DueRow& row, std::int64_t now_ms)>;

  DueIndex(storage::Store& store, Clock& clock, WakeHub& wake);
  ~DueIndex();

  void register_kind(std::string kind, Handler handler);
  /// Called between the steps of an advance, to let what a row caused (outbox events) be done
  /// before the next row runs. It may wait, and must not advance or reset. Before start.
  void set_drain(std::function<void()> drain);
  /// Starts the worker, after all kinds are registered.
  void start();
  void stop();

  /// Adds the row in the caller's transaction; the worker learns of it on commit.
  void schedule(storage::Txn& txn, const DueRow& row);
  void remove(storage::Txn& txn, const DueRow& row);

  /// Not persisted: notifies `topic` when the account's clock reaches the time. For memory indexes
  /// (a message that becomes visible wakes its queue's long polls).
  void wake_at(std::string_view account, std::int64_t due_ms, std::string_view topic);

  /// Sets the account's clock (empty: the common one) forward step by step, running all due rows in
  /// order. Returns how many ran. Concurrent calls are serialized.
  std::uint64_t advance(std::int64_t milliseconds, std::string_view account = {});
  /// Runs what is due now; returns how many ran.
  std::uint64_t run_due(std::string_view account = {});
  /// The clock was changed by set, scale, freeze, resume or reset: keeps it, and looks again.
  void clock_changed();

  /// The account's virtual time.
  std::int64_t now_ms(std::string_view account = {}) const;
  /// Rows due now and not yet done, of the account (empty: all). For settle.
  std::uint64_t due_now(std::string_view account = {}) const;
  /// Drops every row of the account (empty: all).
  void reset(std::string_view account);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cumulite
