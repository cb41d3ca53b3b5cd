#include "emulator/services/dynamodb/table/transition_time.h"

#include <atomic>

namespace cumulite::dynamodb {
namespace {

/// Set once by the daemon's configuration, before it serves.
std::atomic<std::int64_t> default_transition_ms = 0;

}  // namespace

void TransitionTime::set_default_ms(std::int64_t milliseconds) {
  default_transition_ms = milliseconds;
}

std::int64_t TransitionTime::ms(std::string_view account) const {
  const std::lock_guard lock(mutex_);
  if (accounts_.empty()) return default_transition_ms;
  const auto found = accounts_.find(account);
  if (found != accounts_.end()) return found->second;
  const auto all = accounts_.find(std::string_view{});
  return all != accounts_.end() ? all->second : default_transition_ms.load();
}

void TransitionTime::set_ms(std::string_view account, std::int64_t milliseconds) {
  const std::lock_guard lock(mutex_);
  accounts_[std::string(account)] = milliseconds;
}

void TransitionTime::reset(std::string_view account) {
  const std::lock_guard lock(mutex_);
  if (account.empty()) {
    accounts_.clear();
  } else if (const auto found = accounts_.find(account); found != accounts_.end()) {
    accounts_.erase(found);
  }
}

}  // namespace cumulite::dynamodb
