#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/clock/clock.h"

namespace cumulite {

/// What DueIndex keeps in memory: for each account a bound below which it has no rows, and its
/// wake-ups. The bound is where a search begins, which spares walking over what was deleted before
/// it. Not thread-safe: DueIndex's lock guards it.
class DueTimes {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  /// A bound and when it was read.
  struct Bound {
    std::int64_t earliest_ms = kNever;
    std::uint64_t generation = 0;
  };

  explicit DueTimes(const Clock& clock) : clock_(clock) {}

  /// A row was added. Whether the account's next action comes earlier by it.
  bool lower(std::string_view account, std::int64_t due_ms);
  /// A search found that nothing is due before `due_ms`; ignored if a row was added since.
  void raise(std::string_view account, const Bound& searched, std::int64_t due_ms);
  Bound bound(std::string_view account) const;
  std::vector<std::string> accounts() const;

  /// Whether the account's next action comes earlier by it.
  bool add_wake(std::string_view account, std::int64_t due_ms, std::string_view topic);
  /// Takes the topics whose time has come, of every account.
  std::vector<std::string> take_wakes();

  /// Real milliseconds until the next row or wake-up may be due; at most `longest_ms`.
  std::int64_t real_ms_until_next(std::int64_t longest_ms) const;
  /// Forgets the account (empty: all).
  void forget(std::string_view account);

 private:
  struct Account {
    Bound bound;
    std::set<std::pair<std::int64_t, std::string>> wakes;

    std::int64_t next_ms() const;
  };

  Account& entry(std::string_view account);

  const Clock& clock_;
  std::map<std::string, Account, std::less<>> accounts_;
};

}  // namespace cumulite
