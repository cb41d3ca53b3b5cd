#include "storage/kv/lock_table.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <string_view>
#include <thread>
#include <utility>

namespace cumulite::storage {
namespace {

// A domain is held for some 10 us (one write to the log), a sleep and a wake-up cost as much again:
// the queue that every thread sends to is worth a short wait awake. Yielding lets a holder that
// lost its core go on.
constexpr int kSpinsMax = 100;
constexpr int kYieldsMax = 32;

/// Lets the other thread of the core go first.
void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

template <class TryLock, class Lock>
void lock_soon(TryLock&& try_lock, Lock&& lock) {
  for (int i = 0; i < kSpinsMax; ++i) {
    if (try_lock()) return;
    relax();
  }
  for (int i = 0; i < kYieldsMax; ++i) {
    if (try_lock()) return;
    std::this_thread::yield();
  }
  lock();
}

}  // namespace

LockTable::LockTable(std::size_t stripe_count)
    : mask_(stripe_count - 1), stripes_(std::make_unique<Stripe[]>(stripe_count)) {
  assert(stripe_count > 0 && (stripe_count & mask_) == 0);
}

std::uint32_t LockTable::stripe_of(const Domain& domain) const {
  // The multiplication spreads the space over all bits, so that equal prefixes of two spaces part.
  const std::size_t hash = std::hash<std::string_view>{}(domain.prefix) ^
                           ((domain.space + 1ULL) * 0x9E3779B97F4A7C15ULL);
  return static_cast<std::uint32_t>((hash ^ (hash >> 32)) & mask_);
}

LockTable::Guard LockTable::lock(const Domains& domains) {
  std::vector<Guard::Held> held;
  held.reserve(domains.size());
  for (const Domain& domain : domains) held.push_back({stripe_of(domain), !domain.shared});
  // Exclusive sorts first within a stripe, so that the one that `unique` keeps is the stronger.
  std::sort(held.begin(), held.end(), [](const Guard::Held& a, const Guard::Held& b) {
    return a.stripe != b.stripe ? a.stripe < b.stripe : a.exclusive > b.exclusive;
  });
  held.erase(
      std::unique(held.begin(), held.end(),
                  [](const Guard::Held& a, const Guard::Held& b) { return a.stripe == b.stripe; }),
      held.end());
  for (const Guard::Held& each : held) {
    Stripe& stripe = stripes_[each.stripe];
    lock_soon([&] { return stripe.gate.try_lock(); }, [&] { stripe.gate.lock(); });
    const std::lock_guard<std::mutex> passing(stripe.gate, std::adopt_lock);
    if (each.exclusive) {
      lock_soon([&] { return stripe.lock.try_lock(); }, [&] { stripe.lock.lock(); });
    } else {
      lock_soon([&] { return stripe.lock.try_lock_shared(); }, [&] { stripe.lock.lock_shared(); });
    }
  }
  return {*this, std::move(held)};
}

LockTable::Guard::~Guard() {
  for (auto each = held_.rbegin(); each != held_.rend(); ++each) {
    std::shared_mutex& lock = table_.stripes_[each->stripe].lock;
    if (each->exclusive) {
      lock.unlock();
    } else {
      lock.unlock_shared();
    }
  }
}

}  // namespace cumulite::storage
