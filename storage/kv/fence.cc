#include "storage/kv/fence.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

namespace cumulite::storage {
namespace {

constexpr std::chrono::microseconds kLookAgain{20};

}  // namespace

Fence::Link::Link(const Fence& of) : fence(&of), outer(top()) {
  top() = this;
}

Fence::Link::~Link() {
  top() = outer;
}

const Fence::Link*& Fence::top() {
  thread_local const Link* link = nullptr;
  return link;
}

bool Fence::is_held() const {
  for (const Link* link = top(); link != nullptr; link = link->outer) {
    if (link->fence == this) return true;
  }
  return false;
}

Fence::Slot& Fence::own_slot() {
  static std::atomic<std::size_t> threads = 0;
  thread_local const std::size_t slot = threads.fetch_add(1) % kSlots;
  return slots_[slot];
}

void Fence::enter() {
  Slot& slot = own_slot();
  while (true) {
    // Counted first and asked afterwards, as the closer closes first and counts afterwards: both in
    // one total order, so that one of the two always sees the other.
    slot.inside.fetch_add(1);
    if (!is_closed_.load()) return;
    slot.inside.fetch_sub(1);
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return !is_closed_.load(); });
  }
}

void Fence::leave() {
  own_slot().inside.fetch_sub(1, std::memory_order_release);
}

Fence::Pass::Pass(Fence& fence) : entered_(fence.is_held() ? nullptr : &fence), link_(fence) {
  if (entered_ != nullptr) entered_->enter();
}

Fence::Pass::~Pass() {
  if (entered_ != nullptr) entered_->leave();
}

Fence::Closed::Closed(Fence& fence) : fence_(fence), alone_(fence.closing_), link_(fence) {
  if (link_.outer != nullptr) {
    for (const Link* link = link_.outer; link != nullptr; link = link->outer) {
      if (link->fence != &fence) continue;
      // It would wait for its own pass for ever; better to stop loudly.
      fmt::print(stderr, "cumulite: a fence was closed from inside\n");
      std::abort();
    }
  }
  fence.is_closed_.store(true);
  for (Slot& slot : fence.slots_) {
    while (slot.inside.load() != 0) std::this_thread::sleep_for(kLookAgain);
  }
}

Fence::Closed::~Closed() {
  {
    const std::lock_guard lock(fence_.mutex_);
    fence_.is_closed_.store(false);
  }
  fence_.opened_.notify_all();
}

}  // namespace cumulite::storage
