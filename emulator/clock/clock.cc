#include "emulator/clock/clock.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite {
namespace {

constexpr double kScaleMax = 1e6;
// About 30,000 years: far from overflow when an offset is added.
constexpr std::int64_t kVirtualMsMax = 1'000'000'000'000'000;
constexpr std::int64_t kLongWaitMs = kDayMs;
constexpr std::uint32_t kEncodingVersion = 1;
constexpr std::size_t kHistoryMax = 256;
constexpr std::int64_t kMomentMs = 10;

std::int64_t clamp_time(std::int64_t unix_ms) {
  return std::clamp<std::int64_t>(unix_ms, 0, kVirtualMsMax);
}

/// A straight line: virtual time runs from `virtual_ms` at `real_ms` with slope `scale`.
struct Line {
  std::int64_t real_ms = 0;
  std::int64_t virtual_ms = 0;
  double scale = 1.0;
  bool frozen = false;

  std::int64_t at(std::int64_t now_real_ms) const {
    if (frozen) return virtual_ms;
    const std::int64_t passed = now_real_ms - real_ms;
    if (scale == 1.0) return virtual_ms + passed;
    return clamp_time(virtual_ms + static_cast<std::int64_t>(static_cast<double>(passed) * scale));
  }

  std::int64_t real_ms_until(std::int64_t target_ms) const {
    const std::int64_t left = target_ms - at(real_now_ms());
    if (left <= 0) return 0;
    if (frozen) return kLongWaitMs;
    const double real = std::ceil(static_cast<double>(left) / scale);
    return real >= static_cast<double>(kLongWaitMs) ? kLongWaitMs : static_cast<std::int64_t>(real);
  }

  /// The same time from now on, on another slope.
  void rebase() {
    const std::int64_t now = real_now_ms();
    virtual_ms = at(now);
    real_ms = now;
  }
};

/// A Line that many threads read without a lock while one writes (a sequence lock: readers look
/// again when the version was odd or changed).
class SharedLine {
 public:
  Line load() const {
    while (true) {
      const std::uint64_t before = version_.load(std::memory_order_acquire);
      Line line{real_ms_.load(std::memory_order_relaxed),
                virtual_ms_.load(std::memory_order_relaxed),
                std::bit_cast<double>(scale_.load(std::memory_order_relaxed)),
                frozen_.load(std::memory_order_relaxed)};
      std::atomic_thread_fence(std::memory_order_acquire);
      if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before) return line;
    }
  }

  /// One writer at a time.
  void store(const Line& line) {
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    real_ms_.store(line.real_ms, std::memory_order_relaxed);
    virtual_ms_.store(line.virtual_ms, std::memory_order_relaxed);
    scale_.store(std::bit_cast<std::uint64_t>(line.scale), std::memory_order_relaxed);
    frozen_.store(line.frozen, std::memory_order_relaxed);
    version_.store(version + 2, std::memory_order_release);
  }

 private:
  std::atomic<std::uint64_t> version_ = 0;
  std::atomic<std::int64_t> real_ms_ = 0;
  std::atomic<std::int64_t> virtual_ms_ = 0;
  std::atomic<std::uint64_t> scale_ = std::bit_cast<std::uint64_t>(1.0);
  std::atomic<bool> frozen_ = false;
};

void append_line(std::string& bytes, std::string_view account, const Line& line) {
  storage::append_part(bytes, account);
  storage::append_i64(bytes, line.real_ms);
  storage::append_i64(bytes, line.virtual_ms);
  storage::append_u64(bytes, std::bit_cast<std::uint64_t>(line.scale));
  storage::append_u32(bytes, line.frozen ? 1 : 0);
}

std::optional<Line> take_line(std::string_view& bytes) {
  const auto real_ms = storage::take_i64(bytes);
  const auto virtual_ms = storage::take_i64(bytes);
  const auto scale = storage::take_u64(bytes);
  const auto frozen = storage::take_u32(bytes);
  if (!real_ms || !virtual_ms || !scale || !frozen) return std::nullopt;
  return Line{*real_ms, *virtual_ms, std::bit_cast<double>(*scale), *frozen != 0};
}

}  // namespace

std::int64_t real_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Clock::Implementation {
 public:
  Line line(std::string_view account) const {
    // Nearly nobody has a clock of his own: then no lock is taken.
    if (!account.empty() && own_count_.load(std::memory_order_acquire) > 0) {
      const std::shared_lock lock(mutex_);
      if (const auto found = own_.find(account); found != own_.end()) return found->second;
    }
    return common_.load();
  }

  bool has_own(std::string_view account) const {
    const std::shared_lock lock(mutex_);
    return own_.find(account) != own_.end();
  }

  /// Changes the account's clock, which then is its own.
  template <class Change>
  void change(std::string_view account, Change&& apply) {
    const std::unique_lock lock(mutex_);
    if (account.empty()) {
      Line line = common_.load();
      remember(account, line);
      line.rebase();
      apply(line);
      common_.store(line);
      return;
    }
    auto found = own_.find(account);
    if (found == own_.end()) found = own_.emplace(account, common_.load()).first;
    remember(account, found->second);
    found->second.rebase();
    apply(found->second);
    own_count_.store(own_.size(), std::memory_order_release);
  }

  std::int64_t virtual_of_real(std::int64_t real_ms, std::string_view account) const {
    const std::shared_lock lock(mutex_);
    const auto own = own_.find(account);
    const Line current = own == own_.end() ? common_.load() : own->second;
    auto history = history_.find(account);
    if (own == own_.end()) history = history_.find(std::string_view{});
    if (real_ms >= current.real_ms || history == history_.end()) return current.at(real_ms);
    // The latest earlier line that had begun by then; before the first of them, that one.
    const auto& lines = history->second;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      if (line->real_ms <= real_ms) return line->at(real_ms);
    }
    return lines.front().at(real_ms);
  }

  void drop(std::string_view account) {
    const std::unique_lock lock(mutex_);
    if (const auto found = own_.find(account); found != own_.end()) own_.erase(found);
    own_count_.store(own_.size(), std::memory_order_release);
  }

  std::string encode() const {
    const std::shared_lock lock(mutex_);
    std::string bytes;
    storage::append_u32(bytes, kEncodingVersion);
    append_line(bytes, {}, common_.load());
    for (const auto& [account, line] : own_) append_line(bytes, account, line);
    return bytes;
  }

  void decode(std::string_view bytes) {
    const std::unique_lock lock(mutex_);
    if (storage::take_u32(bytes) != kEncodingVersion) return;
    own_.clear();
    while (!bytes.empty()) {
      const auto account = storage::take_part(bytes);
      if (!account) break;
      const auto line = take_line(bytes);
      if (!line) break;
      if (account->empty()) {
        common_.store(*line);
      } else {
        own_.insert_or_assign(*account, *line);
      }
    }
    own_count_.store(own_.size(), std::memory_order_release);
  }

 private:
  /// Keeps what a clock was before a change.
  void remember(std::string_view account, const Line& line) {
    auto found = history_.find(account);
    if (found == history_.end()) found = history_.emplace(account, std::deque<Line>{}).first;
    // The steps of an advance last a moment each; nobody signed anything within them.
    if (!found->second.empty() && real_now_ms() - line.real_ms < kMomentMs) return;
    found->second.push_back(line);
    if (found->second.size() > kHistoryMax) found->second.pop_front();
  }

  mutable std::shared_mutex mutex_;
  SharedLine common_;
  std::map<std::string, std::deque<Line>, std::less<>> history_;
  std::map<std::string, Line, std::less<>> own_;
  std::atomic<std::size_t> own_count_ = 0;
};

Clock::Clock() : implementation_(std::make_unique<Implementation>()) {}

Clock::~Clock() = default;

std::int64_t Clock::now_ms(std::string_view account) const {
  return implementation_->line(account).at(real_now_ms());
}

ClockState Clock::state(std::string_view account) const {
  const Line line = implementation_->line(account);
  const std::int64_t real = real_now_ms();
  const std::int64_t now = line.at(real);
  return {now, line.frozen, line.scale, now - real};
}

bool Clock::has_own(std::string_view account) const {
  return implementation_->has_own(account);
}

void Clock::freeze(std::string_view account) {
  implementation_->change(account, [](Line& line) { line.frozen = true; });
}

void Clock::resume(std::string_view account) {
  implementation_->change(account, [](Line& line) {
    line.frozen = false;
    line.scale = 1.0;
  });
}

void Clock::advance(std::int64_t milliseconds, std::string_view account) {
  if (milliseconds <= 0) return;
  implementation_->change(account, [&](Line& line) {
    line.virtual_ms = clamp_time(line.virtual_ms + std::min(milliseconds, kVirtualMsMax));
  });
}

void Clock::set(std::int64_t unix_ms, std::string_view account) {
  implementation_->change(account, [&](Line& line) { line.virtual_ms = clamp_time(unix_ms); });
}

void Clock::scale(double factor, std::string_view account) {
  if (!(factor > 0)) return;
  implementation_->change(account, [&](Line& line) { line.scale = std::min(factor, kScaleMax); });
}

void Clock::reset(std::string_view account) {
  if (!account.empty()) {
    implementation_->drop(account);
    return;
  }
  implementation_->change(account, [](Line& line) { line = Line{}; });
}

std::int64_t Clock::real_ms_until(std::int64_t virtual_ms, std::string_view account) const {
  return implementation_->line(account).real_ms_until(virtual_ms);
}

std::int64_t Clock::virtual_of_real(std::int64_t real_ms, std::string_view account) const {
  return implementation_->virtual_of_real(real_ms, account);
}

std::string Clock::encode() const {
  return implementation_->encode();
}

void Clock::decode(std::string_view bytes) {
  implementation_->decode(bytes);
}

}  // namespace cumulite
