#include "emulator/snapshots/sweeper.h"

#include <exception>
#include <utility>

#include "emulator/core/log.h"
#include "storage/snapshot/state.h"

namespace cumulite::snapshots {

Sweeper::Sweeper(std::string data_directory) : data_directory_(std::move(data_directory)) {}

Sweeper::~Sweeper() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  if (worker_.joinable()) worker_.join();
}

void Sweeper::add(std::string put_aside) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(put_aside));
  if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
  changed_.notify_one();
}

void Sweeper::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    if (is_stopping_) return;
    const std::string put_aside = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    try {
      storage::recycle(data_directory_, put_aside);
    } catch (const std::exception& failure) {
      log::warning("what a restore put aside stays: {}", failure.what());
    }
    lock.lock();
  }
}

}  // namespace cumulite::snapshots
