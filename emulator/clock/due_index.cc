#include "emulator/clock/due_index.h"

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

#include "emulator/clock/clock_keeper.h"
#include "emulator/clock/due_keys.h"
#include "emulator/clock/due_times.h"
#include "emulator/core/log.h"
#include "emulator/core/spaces.h"
#include "emulator/events/wake_hub.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/replaceable.h"

namespace cumulite {
namespace {

using spaces::kDue;

constexpr std::int64_t kLongestSleepMs = kHourMs;
constexpr std::int64_t kRetryRealMs = kSecondMs;
constexpr std::size_t kCountPageRows = 1000;
constexpr std::uint64_t kCountMax = 100'000;

}  // namespace

class DueIndex::Implementation {
 public:
  Implementation(storage::Store& store, Clock& clock, WakeHub& wake)
      : store_(store),
        fence_(storage::replaceable(store).fence()),
        clock_(clock),
        wake_(wake),
        times_(clock) {}

  ~Implementation() { stop(); }

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void register_kind(std::string kind, Handler handler) {
    handlers_.insert_or_assign(std::move(kind), std::move(handler));
  }

  void set_drain(std::function<void()> drain) { drain_ = std::move(drain); }

  void start() {
    find_accounts();
    worker_ = std::thread([this] { work(); });
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    if (worker_.joinable()) worker_.join();
  }

  void schedule(storage::Txn& txn, const DueRow& row) {
    txn.put(kDue, due_keys::row(row), row.payload);
    txn.on_commit([this, account = row.account, due_ms = row.due_ms] {
      std::unique_lock lock(mutex_);
      if (times_.lower(account, due_ms)) look_again(lock);
    });
  }

  void wake_at(std::string_view account, std::int64_t due_ms, std::string_view topic) {
    std::unique_lock lock(mutex_);
    if (times_.add_wake(account, due_ms, topic)) look_again(lock);
  }

  std::int64_t now_ms(std::string_view account) const { return clock_.now_ms(account); }

  std::uint64_t advance(std::int64_t milliseconds, std::string_view account);
  std::uint64_t run_due(std::string_view account);
  std::uint64_t due_now(std::string_view account) const;
  void reset(std::string_view account);

  void clock_changed() {
    persist_clock(store_, clock_);
    // After a snapshot was restored there are rows that nobody told of.
    find_accounts();
    std::unique_lock lock(mutex_);
    look_again(lock);
    wake_.notify_all();
  }

 private:
  /// Lets the worker compute its next wake-up anew; releases the lock.
  void look_again(std::unique_lock<std::mutex>& lock) {
    is_changed_ = true;
    lock.unlock();
    changed_.notify_one();
  }

  void find_accounts();
  void work();
  void run_and_wake();
  /// Accounts that follow the given clock: one account, or with the common clock all those without
  /// a clock of their own.
  std::vector<std::string> followers(std::string_view account) const;
  std::optional<DueRow> first_of(const std::string& account, std::int64_t up_to_ms);
  std::optional<DueRow> first_of_clock(std::string_view account, std::int64_t up_to_ms);
  void step_to(std::int64_t target_ms, std::string_view account);
  void run(const DueRow& row);
  void fire_wakes();
  bool is_held(const std::string& key) const;

  storage::Store& store_;
  storage::Fence& fence_;
  Clock& clock_;
  WakeHub& wake_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::function<void()> drain_;

  /// Held while a row runs, and through a whole advance: never two handlers at a time.
  std::mutex run_mutex_;
  /// Rows that a handler left, by key, and when (real time) to try again. Guarded by run_mutex_.
  std::map<std::string, std::int64_t> held_;

  mutable std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable changed_;
  DueTimes times_;
  bool is_changed_ = false;
  std::atomic<bool> is_stopping_ = false;
  std::thread worker_;
};

void DueIndex::Implementation::find_accounts() {
  std::string from;
  while (true) {
    const auto page = store_.range(kDue, from, {}, {.limit = 1});
    if (page.rows.empty()) return;
    const auto row = due_keys::parse(page.rows.front().key);
    if (!row) {
      log::error("a due row has a key that cannot be read; it is skipped");
      from = page.rows.front().key + '\0';
      continue;
    }
    const std::lock_guard lock(mutex_);
    times_.lower(row->account, row->due_ms);
    std::string prefix;
    storage::append_part(prefix, row->account);
    from = storage::prefix_end(prefix);
  }
}

void DueIndex::Implementation::work() {
  while (true) {
    try {
      run_and_wake();
    } catch (const std::exception& failure) {
      log::error("the due index could not run: {}", failure.what());
    }
    std::unique_lock lock(mutex_);
    // What is due and still there was left by its handler: once more, but not at once.
    std::int64_t sleep_ms = times_.real_ms_until_next(kLongestSleepMs);
    if (sleep_ms == 0) sleep_ms = kRetryRealMs;
    changed_.wait_for(lock, std::chrono::milliseconds(sleep_ms),
                      [&] { return is_changed_ || is_stopping_; });
    if (is_stopping_) return;
    is_changed_ = false;
  }
}

void DueIndex::Implementation::run_and_wake() {
  fire_wakes();
  run_due({});
  fire_wakes();
}

std::vector<std::string> DueIndex::Implementation::followers(std::string_view account) const {
  if (!account.empty()) return {std::string(account)};
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    names = times_.accounts();
  }
  std::erase_if(names, [&](const std::string& name) { return clock_.has_own(name); });
  return names;
}

std::optional<DueRow> DueIndex::Implementation::first_of(const std::string& account,
                                                         std::int64_t up_to_ms) {
  DueTimes::Bound bound;
  {
    const std::lock_guard lock(mutex_);
    bound = times_.bound(account);
  }
  if (bound.earliest_ms > up_to_ms) return std::nullopt;
  std::string prefix;
  storage::append_part(prefix, account);
  const auto page = store_.range(kDue, due_keys::at(account, bound.earliest_ms),
                                 storage::prefix_end(prefix), {.limit = held_.size() + 1});
  std::int64_t first_ms = DueTimes::kNever;
  std::optional<DueRow> first;
  for (const auto& entry : page.rows) {
    auto row = due_keys::parse(entry.key);
    if (!row) continue;
    first_ms = std::min(first_ms, row->due_ms);
    if (first || row->due_ms > up_to_ms || is_held(entry.key)) continue;
    row->payload = entry.value;
    first = std::move(row);
  }
  const std::lock_guard lock(mutex_);
  times_.raise(account, bound, first_ms);
  return first;
}

std::optional<DueRow> DueIndex::Implementation::first_of_clock(std::string_view account,
                                                               std::int64_t up_to_ms) {
  std::optional<DueRow> first;
  for (const auto& name : followers(account)) {
    auto row = first_of(name, up_to_ms);
    if (row && (!first || row->due_ms < first->due_ms)) first = std::move(row);
  }
  return first;
}

bool DueIndex::Implementation::is_held(const std::string& key) const {
  const auto found = held_.find(key);
  return found != held_.end() && found->second > real_now_ms();
}

void DueIndex::Implementation::run(const DueRow& row) {
  const std::string key = due_keys::row(row);
  const auto handler = handlers_.find(row.kind);
  if (handler == handlers_.end()) {
    log::error("nobody runs due rows of kind '{}'; it is kept", row.kind);
  } else {
    try {
      handler->second(row, clock_.now_ms(row.account));
    } catch (const std::exception& failure) {
      log::error("a due row of kind '{}' failed and is tried again: {}", row.kind, failure.what());
    }
  }
  if (store_.get(kDue, key)) {
    held_.insert_or_assign(key, real_now_ms() + kRetryRealMs);
  } else {
    held_.erase(key);
  }
}

void DueIndex::Implementation::step_to(std::int64_t target_ms, std::string_view account) {
  const std::int64_t now_ms = clock_.now_ms(account);
  if (target_ms <= now_ms) return;
  clock_.advance(target_ms - now_ms, account);
  // Kept at every step: after a crash no row may have run in a future that the clock forgot.
  persist_clock(store_, clock_);
}

void DueIndex::Implementation::fire_wakes() {
  std::vector<std::string> topics;
  {
    const std::lock_guard lock(mutex_);
    topics = times_.take_wakes();
  }
  for (const auto& topic : topics) wake_.notify(topic);
}

std::uint64_t DueIndex::Implementation::advance(std::int64_t milliseconds,
                                                std::string_view account) {
  const std::lock_guard running(run_mutex_);
  const std::int64_t target_ms = clock_.now_ms(account) + std::max<std::int64_t>(milliseconds, 0);
  const auto next = [&] {
    return first_of_clock(account, std::max(target_ms, clock_.now_ms(account)));
  };
  std::uint64_t ran = 0;
  std::int64_t reached_ms = clock_.now_ms(account);
  // A clock that was set back meanwhile (a restored snapshot) is no longer this call's to move.
  while (!is_stopping_ && clock_.now_ms(account) >= reached_ms) {
    bool is_at_end = false;
    {
      // No snapshot is restored between looking for a row and running it.
      const storage::Fence::Pass pass(fence_);
      const auto row = next();
      step_to(row ? row->due_ms : target_ms, account);
      reached_ms = clock_.now_ms(account);
      fire_wakes();
      if (row) {
        run(*row);
        ++ran;
      }
      is_at_end = !row;
    }
    if (drain_) drain_();
    // At the target, the last events may have scheduled rows that lie before it.
    if (is_at_end && !next()) break;
  }
  wake_.notify_all();
  std::unique_lock lock(mutex_);
  look_again(lock);
  return ran;
}

std::uint64_t DueIndex::Implementation::run_due(std::string_view account) {
  std::uint64_t ran = 0;
  std::vector<std::string> names;
  if (account.empty()) {
    const std::lock_guard lock(mutex_);
    names = times_.accounts();
  } else {
    names.emplace_back(account);
  }
  for (const auto& name : names) {
    while (!is_stopping_) {
      // Taken for each row, so that an advance or a reset need not wait for a long backlog.
      const std::lock_guard running(run_mutex_);
      const storage::Fence::Pass pass(fence_);
      const auto row = first_of(name, clock_.now_ms(name));
      if (!row) break;
      run(*row);
      ++ran;
    }
  }
  return ran;
}

std::uint64_t DueIndex::Implementation::due_now(std::string_view account) const {
  std::vector<std::pair<std::string, std::int64_t>> due;
  {
    const std::lock_guard lock(mutex_);
    for (auto& name : times_.accounts()) {
      if (!account.empty() && name != account) continue;
      const std::int64_t earliest_ms = times_.bound(name).earliest_ms;
      if (earliest_ms <= clock_.now_ms(name)) due.emplace_back(std::move(name), earliest_ms);
    }
  }
  std::uint64_t count = 0;
  for (const auto& [name, earliest_ms] : due) {
    std::string from = due_keys::at(name, earliest_ms);
    const std::string to = due_keys::at(name, clock_.now_ms(name) + 1);
    while (count < kCountMax && from < to) {
      const auto page = store_.range(kDue, from, to, {.limit = kCountPageRows});
      count += page.rows.size();
      if (!page.more || page.rows.empty()) break;
      from = page.rows.back().key + '\0';
    }
  }
  return count;
}

void DueIndex::Implementation::reset(std::string_view account) {
  const std::lock_guard running(run_mutex_);
  const std::string prefix = due_keys::account(account);
  store_.transact(
      {}, [&](storage::Txn& txn) { txn.del_range(kDue, prefix, storage::prefix_end(prefix)); });
  held_.clear();
  const std::lock_guard lock(mutex_);
  times_.forget(account);
}

DueIndex::DueIndex(storage::Store& store, Clock& clock, WakeHub& wake)
    : implementation_(std::make_unique<Implementation>(store, clock, wake)) {}

DueIndex::~DueIndex() = default;

void DueIndex::register_kind(std::string kind, Handler handler) {
  implementation_->register_kind(std::move(kind), std::move(handler));
}

void DueIndex::set_drain(std::function<void()> drain) {
  implementation_->set_drain(std::move(drain));
}

void DueIndex::start() {
  implementation_->start();
}

void DueIndex::stop() {
  implementation_->stop();
}

void DueIndex::schedule(storage::Txn& txn, const DueRow& row) {
  implementation_->schedule(txn, row);
}

void DueIndex::remove(storage::Txn& txn, const DueRow& row) {
  txn.del(kDue, due_keys::row(row));
}

void DueIndex::wake_at(std::string_view account, std::int64_t due_ms, std::string_view topic) {
  implementation_->wake_at(account, due_ms, topic);
}

std::uint64_t DueIndex::advance(std::int64_t milliseconds, std::string_view account) {
  return implementation_->advance(milliseconds, account);
}

std::uint64_t DueIndex::run_due(std::string_view account) {
  return implementation_->run_due(account);
}

void DueIndex::clock_changed() {
  implementation_->clock_changed();
}

std::int64_t DueIndex::now_ms(std::string_view account) const {
  return implementation_->now_ms(account);
}

std::uint64_t DueIndex::due_now(std::string_view account) const {
  return implementation_->due_now(account);
}

void DueIndex::reset(std::string_view account) {
  implementation_->reset(account);
}

}  // namespace cumulite
