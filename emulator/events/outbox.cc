#include "emulator/events/outbox.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "emulator/clock/clock.h"
#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "emulator/events/outbox_lane.h"
#include "emulator/events/outbox_rows.h"
#include "emulator/events/sequence.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/replaceable.h"

namespace cumulite {
namespace {

using spaces::kOutbox;

constexpr std::int64_t kFailurePauseMs = 200;
constexpr unsigned kFailuresMax = 5;
constexpr std::int64_t kRetryAfterFailuresMs = kMinuteMs;
constexpr std::chrono::seconds kResetPatience{5};
constexpr std::size_t kPageRows = 500;

/// Calls visit(parsed key, row) for the rows of the space in order until it returns false.
template <class Visit>
void each_event(const storage::Reader& reader, std::string from, const std::string& to,
                Visit&& visit) {
  while (true) {
    const auto page = reader.range(kOutbox, from, to, {.limit = kPageRows});
    for (const auto& row : page.rows) {
      const auto parsed = outbox_rows::parse(row.key);
      if (parsed && parsed->is_first && !visit(*parsed)) return;
    }
    if (!page.more || page.rows.empty()) return;
    from = page.rows.back().key + '\0';
  }
}

}  // namespace

class Outbox::Implementation {
 public:
  Implementation(storage::Store& store, DueIndex& due)
      : store_(store),
        fence_(storage::replaceable(store).fence()),
        due_(due),
        sequence_(first_sequence()) {
    due_.register_kind(std::string(outbox_rows::kRetryKind),
                       [this](const DueRow& row, std::int64_t) { retry(row); });
  }

  ~Implementation() { stop(); }

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void register_target(std::string kind, unsigned concurrency, Deliverer deliver) {
    lanes_.erase(kind);
    lanes_.try_emplace(kind, store_, kind, concurrency, std::move(deliver));
  }

  void start();
  void stop();
  void append(storage::Txn& txn, const Event& event);
  void remove(storage::Txn& txn, const Event& event);
  std::uint64_t pending(std::string_view account) const;
  bool wait_idle(std::int64_t timeout_ms) const;
  std::vector<Event> list(std::string_view kind, std::size_t limit) const;
  void reset(std::string_view account);

 private:
  struct Work {
    OutboxLane* lane = nullptr;
    std::uint64_t sequence = 0;
  };

  /// Who waits for the lane's events: its own workers, or the one of all in-process lanes.
  std::condition_variable& has_work(OutboxLane& lane) {
    return lane.concurrency() == 0 ? has_in_process_work_ : lane.has_work();
  }

  void wake_all_workers();
  /// Sequence and account of events whose removal is committed.
  using Removed = std::vector<std::pair<std::uint64_t, std::string>>;

  /// Where the worker that runs on this thread collects them; null on other threads.
  static Removed*& removed_by_worker() {
    thread_local Removed* removed = nullptr;
    return removed;
  }

  void recover();
  /// A worker's loop: on the lane, or with null on all in-process lanes in order of sequence.
  void work(OutboxLane* own_lane);
  std::optional<Work> next_of(OutboxLane* own_lane);
  /// Reads and delivers it; whether the event left the lane. Gives the pass back when that may
  /// take long.
  bool deliver_next(OutboxLane& lane, std::uint64_t sequence,
                    std::optional<storage::Fence::Pass>& pass);
  /// Delivers outside of the lock; whether the event left the lane.
  bool deliver(OutboxLane& lane, const Event& event);
  void put_off(const Event& event, std::int64_t retry_at_ms);
  void retry(const DueRow& row);
  /// Drops the rows of the account (empty: all) with a sequence below `before`.
  void drop_rows(std::string_view account, std::uint64_t before);
  void count_removed(std::uint64_t sequence, const std::string& account);
  /// Under the lock.
  void count(const std::string& account, std::int64_t change);
  /// Not of an event from before a reset that was still on its way then. Under the lock.
  bool is_counted(std::uint64_t sequence, std::string_view account) const;

  storage::Store& store_;
  storage::Fence& fence_;
  DueIndex& due_;
  std::atomic<std::uint64_t> sequence_;

  mutable std::mutex mutex_;  ///< Guards what follows, and the lanes' insides.
  std::condition_variable has_in_process_work_;
  mutable std::condition_variable is_idle_;
  std::map<std::string, OutboxLane, std::less<>> lanes_;
  std::map<std::string, std::int64_t, std::less<>> pending_;
  std::int64_t pending_total_ = 0;
  /// Events older than these were dropped by a reset, of all accounts and of one.
  std::uint64_t reset_before_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> account_reset_before_;
  bool is_paused_ = false;
  bool is_stopping_ = false;
  std::vector<std::thread> workers_;
};

// A second time after the rows were exchanged for those of a snapshot.
void Outbox::Implementation::start() {
  recover();
  if (!workers_.empty()) return wake_all_workers();
  workers_.emplace_back([this] { work(nullptr); });
  for (auto& [kind, lane] : lanes_) {
    for (unsigned i = 0; i < lane.concurrency(); ++i) {
      workers_.emplace_back([this, own = &lane] { work(own); });
    }
  }
}

void Outbox::Implementation::wake_all_workers() {
  has_in_process_work_.notify_all();
  for (auto& [kind, lane] : lanes_) lane.has_work().notify_all();
}

void Outbox::Implementation::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_all_workers();
  for (auto& worker : workers_) worker.join();
  workers_.clear();
}

void Outbox::Implementation::recover() {
  const std::lock_guard lock(mutex_);
  pending_.clear();
  pending_total_ = 0;
  reset_before_ = 0;
  account_reset_before_.clear();
  each_event(store_, {}, {}, [&](const outbox_rows::Parsed& parsed) {
    std::uint64_t known = sequence_.load();
    if (parsed.sequence >= known) sequence_.store(parsed.sequence + 1);
    if (parsed.kind == outbox_rows::kWaiting) return true;
    if (!lanes_.contains(parsed.kind)) {
      log::warning("event {} is kept: nobody delivers kind '{}'", parsed.sequence, parsed.kind);
      return true;
    }
    if (const auto event = outbox_rows::get(store_, parsed.kind, parsed.sequence)) {
      ++pending_[event->account];
      ++pending_total_;
    }
    return true;
  });
  for (auto& [kind, lane] : lanes_) lane.rescan();
  if (pending_total_ == 0) is_idle_.notify_all();
}

void Outbox::Implementation::append(storage::Txn& txn, const Event& event) {
  const std::uint64_t sequence = sequence_.fetch_add(1);
  outbox_rows::put(txn, event.kind, sequence, event);
  txn.on_commit([this, sequence, kind = event.kind, account = event.account] {
    // One worker is woken, and only of those who can deliver it: a topic's publish may append many.
    std::condition_variable* waiting = nullptr;
    {
      const std::lock_guard lock(mutex_);
      const auto lane = lanes_.find(kind);
      if (lane == lanes_.end()) {
        log::warning("event {} is kept: nobody delivers kind '{}'", sequence, kind);
        return;
      }
      lane->second.add(sequence);
      if (is_counted(sequence, account)) count(account, 1);
      waiting = &has_work(lane->second);
    }
    waiting->notify_one();
  });
}

void Outbox::Implementation::remove(storage::Txn& txn, const Event& event) {
  // An event of before a snapshot was restored is in no count.
  if (!outbox_rows::remove(txn, event.kind, event.sequence)) return;
  txn.on_commit([this, sequence = event.sequence, account = event.account] {
    // By a worker counted when its delivery is over: what the delivery appended in the same
    // transaction is counted by then, so nobody finds nothing pending in between.
    if (removed_by_worker() != nullptr) {
      removed_by_worker()->emplace_back(sequence, account);
    } else {
      count_removed(sequence, account);
    }
  });
}

void Outbox::Implementation::count_removed(std::uint64_t sequence, const std::string& account) {
  const std::lock_guard lock(mutex_);
  if (is_counted(sequence, account)) count(account, -1);
}

void Outbox::Implementation::count(const std::string& account, std::int64_t change) {
  // A worker that reads a page may deliver an event before `append` is told of its commit: for a
  // moment the count is then below zero.
  auto& pending = pending_[account];
  pending += change;
  if (pending == 0) pending_.erase(account);
  pending_total_ += change;
  if (pending_total_ == 0) is_idle_.notify_all();
}

bool Outbox::Implementation::is_counted(std::uint64_t sequence, std::string_view account) const {
  if (sequence < reset_before_) return false;
  const auto found = account_reset_before_.find(account);
  return found == account_reset_before_.end() || sequence >= found->second;
}

std::optional<Outbox::Implementation::Work> Outbox::Implementation::next_of(OutboxLane* own_lane) {
  std::optional<Work> next;
  const auto consider = [&](OutboxLane& lane) {
    if (lane.not_before_ms() > real_now_ms()) return;
    const auto sequence = lane.peek();
    if (sequence && (!next || *sequence < next->sequence)) next = Work{&lane, *sequence};
  };
  if (own_lane != nullptr) {
    consider(*own_lane);
  } else {
    for (auto& [kind, lane] : lanes_) {
      if (lane.concurrency() == 0) consider(lane);
    }
  }
  return next;
}

void Outbox::Implementation::work(OutboxLane* own_lane) {
  while (true) {
    // Before the lock: whoever closes the fence takes the lock while nobody may pass.
    std::optional<storage::Fence::Pass> pass;
    pass.emplace(fence_);
    std::unique_lock lock(mutex_);
    if (is_stopping_) return;
    std::optional<Work> next;
    try {
      if (!is_paused_) next = next_of(own_lane);
    } catch (const std::exception& failure) {
      log::error("the outbox cannot be read: {}", failure.what());
    }
    if (!next) {
      pass.reset();
      // The time-out serves lanes that pause after a failure.
      auto& work = own_lane == nullptr ? has_in_process_work_ : own_lane->has_work();
      work.wait_for(lock, std::chrono::milliseconds(kFailurePauseMs));
      continue;
    }
    auto& [lane, sequence] = *next;
    lane->take(sequence);
    lock.unlock();
    Removed removed;
    removed_by_worker() = &removed;
    const bool is_done = deliver_next(*lane, sequence, pass);
    removed_by_worker() = nullptr;
    for (const auto& [number, account] : removed) count_removed(number, account);
    lock.lock();
    if (is_done) {
      lane->finish(sequence);
    } else {
      lane->put_back(sequence, real_now_ms() + kFailurePauseMs);
    }
    if (is_paused_) is_idle_.notify_all();
  }
}

bool Outbox::Implementation::deliver_next(OutboxLane& lane, std::uint64_t sequence,
                                          std::optional<storage::Fence::Pass>& pass) {
  try {
    const auto event = outbox_rows::get(store_, lane.kind(), sequence);
    // A slow target may take minutes, for which no snapshot waits.
    if (lane.concurrency() > 0) pass.reset();
    return !event || deliver(lane, *event);
  } catch (const std::exception& failure) {
    log::error("event {} of kind '{}' failed and is tried again: {}", sequence, lane.kind(),
               failure.what());
    return false;
  }
}

bool Outbox::Implementation::deliver(OutboxLane& lane, const Event& event) {
  Delivery delivery;
  try {
    delivery = lane.deliver()(event);
  } catch (const storage::StorageError&) {
    throw;
  } catch (const std::exception& failure) {
    unsigned failures = 0;
    {
      const std::lock_guard lock(mutex_);
      failures = lane.fail(event.sequence);
    }
    if (failures < kFailuresMax) throw;
    // A defect of the target must not stop the events behind this one for ever.
    log::error("event {} of kind '{}' is put off: {}", event.sequence, event.kind, failure.what());
    put_off(event, due_.now_ms(event.account) + kRetryAfterFailuresMs);
    return true;
  }
  switch (delivery.outcome) {
    case Delivery::Outcome::kRemoved:
      break;
    case Delivery::Outcome::kFinished:
      store_.transact({}, [&](storage::Txn& txn) { remove(txn, event); });
      break;
    case Delivery::Outcome::kRetry:
      put_off(event, delivery.retry_at_ms);
      break;
  }
  return true;
}

void Outbox::Implementation::put_off(const Event& event, std::int64_t retry_at_ms) {
  const std::uint64_t waiting = sequence_.fetch_add(1);
  DueRow row{event.account, retry_at_ms, std::string(outbox_rows::kRetryKind), ids::random_hex(16)};
  storage::append_u64(row.payload, waiting);
  Event later = event;
  ++later.attempt;
  // The due index learns of the row before the event stops being pending: whoever waited for that
  // may advance the clock at once.
  store_.transact({}, [&](storage::Txn& txn) {
    // A restored snapshot may not have the event: then it has no retry either.
    if (!txn.get(kOutbox, outbox_rows::key(event.kind, event.sequence))) return;
    due_.schedule(txn, row);
    outbox_rows::put(txn, outbox_rows::kWaiting, waiting, later);
    remove(txn, event);
  });
}

void Outbox::Implementation::retry(const DueRow& row) {
  std::string_view payload = row.payload;
  const std::uint64_t waiting = storage::take_u64(payload).value_or(0);
  store_.transact({}, [&](storage::Txn& txn) {
    const auto event = outbox_rows::get(txn, outbox_rows::kWaiting, waiting);
    due_.remove(txn, row);
    if (!event) return;
    outbox_rows::remove(txn, outbox_rows::kWaiting, waiting);
    append(txn, *event);
  });
}

std::uint64_t Outbox::Implementation::pending(std::string_view account) const {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(account);
  const std::int64_t own = found == pending_.end() ? 0 : found->second;
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, account.empty() ? pending_total_ : own));
}

bool Outbox::Implementation::wait_idle(std::int64_t timeout_ms) const {
  std::unique_lock lock(mutex_);
  return is_idle_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                           [&] { return pending_total_ == 0 || is_stopping_; });
}

std::vector<Event> Outbox::Implementation::list(std::string_view kind, std::size_t limit) const {
  std::vector<Event> events;
  const std::string from = kind.empty() ? std::string() : outbox_rows::prefix(kind);
  each_event(store_, from, storage::prefix_end(from), [&](const outbox_rows::Parsed& parsed) {
    if (parsed.kind == outbox_rows::kWaiting) return true;
    auto event = outbox_rows::get(store_, parsed.kind, parsed.sequence);
    if (event) events.push_back(std::move(*event));
    return events.size() < limit;
  });
  return events;
}

void Outbox::Implementation::reset(std::string_view account) {
  std::unique_lock lock(mutex_);
  is_paused_ = true;
  // What is being delivered would otherwise be removed from a count that begins anew.
  is_idle_.wait_for(lock, kResetPatience, [&] {
    return std::none_of(lanes_.begin(), lanes_.end(),
                        [](const auto& entry) { return entry.second.has_in_flight(); });
  });
  const std::uint64_t before = sequence_.fetch_add(1);
  if (account.empty()) {
    reset_before_ = before;
    pending_total_ = 0;
    pending_.clear();
  } else {
    account_reset_before_.insert_or_assign(std::string(account), before);
    if (const auto found = pending_.find(account); found != pending_.end()) {
      pending_total_ -= found->second;
      pending_.erase(found);
    }
  }
  lock.unlock();
  drop_rows(account, before);
  lock.lock();
  is_paused_ = false;
  is_idle_.notify_all();
  lock.unlock();
  wake_all_workers();
}

void Outbox::Implementation::drop_rows(std::string_view account, std::uint64_t before) {
  each_event(store_, {}, {}, [&](const outbox_rows::Parsed& parsed) {
    if (parsed.sequence >= before) return true;
    if (!account.empty()) {
      const auto event = outbox_rows::get(store_, parsed.kind, parsed.sequence);
      if (event && event->account != account) return true;
    }
    store_.transact(
        {}, [&](storage::Txn& txn) { outbox_rows::remove(txn, parsed.kind, parsed.sequence); });
    return true;
  });
}

Outbox::Outbox(storage::Store& store, DueIndex& due)
    : implementation_(std::make_unique<Implementation>(store, due)) {}

Outbox::~Outbox() = default;

void Outbox::register_target(std::string kind, unsigned concurrency, Deliverer deliver) {
  implementation_->register_target(std::move(kind), concurrency, std::move(deliver));
}

void Outbox::start() {
  implementation_->start();
}

void Outbox::stop() {
  implementation_->stop();
}

void Outbox::append(storage::Txn& txn, const Event& event) {
  implementation_->append(txn, event);
}

void Outbox::remove(storage::Txn& txn, const Event& event) {
  implementation_->remove(txn, event);
}

std::uint64_t Outbox::pending(std::string_view account) const {
  return implementation_->pending(account);
}

bool Outbox::wait_idle(std::int64_t timeout_ms) const {
  return implementation_->wait_idle(timeout_ms);
}

std::vector<Event> Outbox::list(std::string_view kind, std::size_t limit) const {
  return implementation_->list(kind, limit);
}

void Outbox::reset(std::string_view account) {
  implementation_->reset(account);
}

}  // namespace cumulite
