#include "emulator/clock/due_times.h"

#include <algorithm>

namespace cumulite {

std::int64_t DueTimes::Account::next_ms() const {
  return wakes.empty() ? bound.earliest_ms : std::min(bound.earliest_ms, wakes.begin()->first);
}

DueTimes::Account& DueTimes::entry(std::string_view account) {
  auto found = accounts_.find(account);
  if (found == accounts_.end()) found = accounts_.emplace(account, Account{}).first;
  return found->second;
}

bool DueTimes::lower(std::string_view account, std::int64_t due_ms) {
  Account& at = entry(account);
  const std::int64_t before = at.next_ms();
  ++at.bound.generation;
  at.bound.earliest_ms = std::min(at.bound.earliest_ms, due_ms);
  return due_ms < before;
}

void DueTimes::raise(std::string_view account, const Bound& searched, std::int64_t due_ms) {
  Account& at = entry(account);
  if (at.bound.generation == searched.generation) at.bound.earliest_ms = due_ms;
}

DueTimes::Bound DueTimes::bound(std::string_view account) const {
  const auto found = accounts_.find(account);
  return found == accounts_.end() ? Bound{} : found->second.bound;
}

std::vector<std::string> DueTimes::accounts() const {
  std::vector<std::string> names;
  names.reserve(accounts_.size());
  for (const auto& [name, account] : accounts_) names.push_back(name);
  return names;
}

bool DueTimes::add_wake(std::string_view account, std::int64_t due_ms, std::string_view topic) {
  Account& at = entry(account);
  const std::int64_t before = at.next_ms();
  at.wakes.emplace(due_ms, topic);
  return due_ms < before;
}

std::vector<std::string> DueTimes::take_wakes() {
  std::vector<std::string> topics;
  for (auto& [name, account] : accounts_) {
    if (account.wakes.empty()) continue;
    const std::int64_t now_ms = clock_.now_ms(name);
    while (!account.wakes.empty() && account.wakes.begin()->first <= now_ms) {
      topics.push_back(std::move(account.wakes.extract(account.wakes.begin()).value().second));
    }
  }
  return topics;
}

std::int64_t DueTimes::real_ms_until_next(std::int64_t longest_ms) const {
  std::int64_t shortest = longest_ms;
  for (const auto& [name, account] : accounts_) {
    const std::int64_t next = account.next_ms();
    if (next != kNever) shortest = std::min(shortest, clock_.real_ms_until(next, name));
  }
  return shortest;
}

void DueTimes::forget(std::string_view account) {
  if (account.empty()) {
    accounts_.clear();
    return;
  }
  if (const auto found = accounts_.find(account); found != accounts_.end()) accounts_.erase(found);
}

}  // namespace cumulite
