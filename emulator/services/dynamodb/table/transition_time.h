#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace cumulite::dynamodb {

/// For how long tables and indexes are CREATING, UPDATING and DELETING, on the account's clock.
/// Nothing is the default: calls answer the state in between, and the next call finds the work
/// done. Thread-safe.
class TransitionTime {
 public:
  /// For all accounts that say nothing else.
  static void set_default_ms(std::int64_t milliseconds);

  std::int64_t ms(std::string_view account) const;
  /// For the account; empty: for all that say nothing else. Counts from the next change on.
  void set_ms(std::string_view account, std::int64_t milliseconds);
  /// Forgets what the account (empty: all) asked for.
  void reset(std::string_view account);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t, std::less<>> accounts_;
};

}  // namespace cumulite::dynamodb
