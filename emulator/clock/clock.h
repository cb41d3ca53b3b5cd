#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cumulite {

/// State of one clock, as the admin API shows it.
struct ClockState {
  std::int64_t now_ms = 0;  ///< Virtual Unix time.
  bool frozen = false;
  double scale = 1.0;          ///< Virtual milliseconds for each real one.
  std::int64_t offset_ms = 0;  ///< Virtual minus real time at this moment.
};

/// The one clock: virtual Unix time in milliseconds, real time plus offset, times scale, or frozen.
/// Every delay of every service reads it. An account may have a clock of its own (parallel test
/// workers); an empty account, or one without, means the common clock. Thread-safe; now_ms is cheap
/// enough for every request. Changing it does not run what became due: DueIndex does (see advance
/// there).
class Clock {
 public:
  Clock();
  ~Clock();
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  std::int64_t now_ms(std::string_view account = {}) const;
  ClockState state(std::string_view account = {}) const;
  /// Whether the account's clock is no longer the common one.
  bool has_own(std::string_view account) const;

  void freeze(std::string_view account = {});
  /// Runs again at real speed from where it stands: frozen -> running, scale -> 1.
  void resume(std::string_view account = {});
  /// Never backwards through `advance`; `set` may go anywhere.
  void advance(std::int64_t milliseconds, std::string_view account = {});
  void set(std::int64_t unix_ms, std::string_view account = {});
  /// 0 < factor <= 1e6.
  void scale(double factor, std::string_view account = {});
  /// Back to real time; drops the account's own clock.
  void reset(std::string_view account = {});

  /// Real milliseconds until the virtual time is reached (0 if it was); a large bound while frozen.
  std::int64_t real_ms_until(std::int64_t virtual_ms, std::string_view account = {}) const;

  /// What the clock showed at an earlier real time, as far back as it remembers its changes.
  std::int64_t virtual_of_real(std::int64_t real_ms, std::string_view account = {}) const;

  /// All clocks as one row's value, and back: the daemon persists it after each change.
  std::string encode() const;
  void decode(std::string_view bytes);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Real, monotonic-enough Unix milliseconds: only for the clock itself and for bounds of a client's
/// own wait.
std::int64_t real_now_ms();

}  // namespace cumulite
