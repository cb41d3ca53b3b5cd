#include "emulator/functions/concurrency.h"

namespace cumulite::functions {

Concurrency::Answer Concurrency::look(const PlaceRequest& request) const {
  if (stopped_) return Answer::kStopped;
  if (request.reserved) {
    const auto running = by_function_.find(request.function_arn);
    const bool is_free = (running == by_function_.end() ? 0 : running->second) < *request.reserved;
    return is_free ? Answer::kTaken : Answer::kReservedBusy;
  }
  const auto running = unreserved_.find({request.account, request.region});
  const bool is_free =
      (running == unreserved_.end() ? 0 : running->second) < request.unreserved_max;
  return is_free ? Answer::kTaken : Answer::kUnreservedBusy;
}

Concurrency::Answer Concurrency::take(const PlaceRequest& request) {
  std::unique_lock lock(mutex_);
  ++by_account_[request.account];
  auto answer = look(request);
  // A function that may not run at all would be waited for until it is allowed to.
  const bool waits = request.when_busy == WhenBusy::kWait && request.reserved.value_or(1) > 0;
  while (waits && (answer == Answer::kReservedBusy || answer == Answer::kUnreservedBusy)) {
    freed_.wait(lock);
    answer = look(request);
  }
  if (answer != Answer::kTaken) {
    if (--by_account_[request.account] == 0) by_account_.erase(request.account);
    return answer;
  }
  ++by_function_[request.function_arn];
  if (!request.reserved) ++unreserved_[{request.account, request.region}];
  return answer;
}

void Concurrency::leave(const PlaceRequest& request) {
  const std::lock_guard lock(mutex_);
  if (--by_function_[request.function_arn] == 0) by_function_.erase(request.function_arn);
  if (!request.reserved) {
    const std::pair scope = {request.account, request.region};
    if (--unreserved_[scope] == 0) unreserved_.erase(scope);
  }
  if (--by_account_[request.account] == 0) by_account_.erase(request.account);
  freed_.notify_all();
}

std::uint64_t Concurrency::running(std::string_view account) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  for (const auto& [owner, invocations] : by_account_) {
    if (account.empty() || owner == account) count += invocations;
  }
  return count;
}

void Concurrency::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  freed_.notify_all();
}

bool Concurrency::is_stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

}  // namespace cumulite::functions
