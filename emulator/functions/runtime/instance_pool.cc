#include "emulator/functions/runtime/instance_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cumulite::functions {
namespace {

// Processes that wait without work, over all functions: some twenty MiB each.
constexpr std::size_t kIdleMax = 32;
constexpr std::int64_t kIdleMsMax = 5 * 60'000;
constexpr std::chrono::seconds kReapEvery{1};

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

InstancePool::InstancePool() = default;

InstancePool::~InstancePool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (reaper_.joinable()) reaper_.join();
}

std::unique_ptr<Instance> InstancePool::take(const std::string& deployment_key) {
  std::list<Idle> dead;  // Ended after the lock is given back.
  const std::lock_guard lock(mutex_);
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    if (entry->instance->deployment().key != deployment_key) {
      ++entry;
      continue;
    }
    const auto found = entry++;
    dead.splice(dead.end(), idle_, found);
    if (!dead.back().instance->is_usable()) continue;
    auto instance = std::move(dead.back().instance);
    dead.pop_back();
    return instance;
  }
  return nullptr;
}

void InstancePool::give_back(std::unique_ptr<Instance> instance) {
  if (!instance->is_usable()) return;
  std::list<Idle> dead;
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  idle_.push_front({std::move(instance), steady_ms()});
  if (idle_.size() > kIdleMax) dead.splice(dead.end(), idle_, std::prev(idle_.end()));
  if (!has_reaper_) {
    has_reaper_ = true;
    reaper_ = std::thread([this] { reap(); });
  }
}

void InstancePool::forget(std::string_view account, std::string_view function_arn) {
  std::list<Idle> dead;
  const std::lock_guard lock(mutex_);
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    const auto& deployment = entry->instance->deployment();
    const auto found = entry++;
    if (!account.empty() && deployment.account != account) continue;
    if (!function_arn.empty() && deployment.arn() != function_arn) continue;
    dead.splice(dead.end(), idle_, found);
  }
}

std::size_t InstancePool::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

void InstancePool::reap() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, kReapEvery, [&] { return stopping_; })) {
    std::list<Idle> dead;
    const auto oldest_ms = steady_ms() - kIdleMsMax;
    for (auto entry = idle_.begin(); entry != idle_.end();) {
      const auto found = entry++;
      found->instance->drain();
      if (found->since_ms < oldest_ms || !found->instance->is_usable())
        dead.splice(dead.end(), idle_, found);
    }
    lock.unlock();
    dead.clear();
    lock.lock();
  }
}

}  // namespace cumulite::functions
