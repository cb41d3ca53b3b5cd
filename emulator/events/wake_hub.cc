#include "emulator/events/wake_hub.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace cumulite {
namespace {

constexpr std::size_t kShardCount = 32;

struct Waiter {
  std::string topic;
  std::function<void()> wake;
};

struct StringHash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// The waiters of some topics. Callbacks run under the shard's lock: that is what makes the
/// destructor of a subscription wait for a callback that is running.
struct alignas(64) Shard {
  std::atomic<std::size_t> count = 0;  ///< Read without the lock: nobody waits is the usual case.
  std::mutex mutex;
  std::unordered_multimap<std::string, Waiter*, StringHash, std::equal_to<>> waiters;
};

}  // namespace

class WakeHub::Implementation {
 public:
  Shard& shard_of(std::string_view topic) { return shards_[StringHash{}(topic) % kShardCount]; }

  std::array<Shard, kShardCount>& shards() { return shards_; }

  void add(Waiter& waiter) {
    Shard& shard = shard_of(waiter.topic);
    const std::lock_guard lock(shard.mutex);
    shard.waiters.emplace(waiter.topic, &waiter);
    shard.count.fetch_add(1);
  }

  void remove(Waiter& waiter) {
    Shard& shard = shard_of(waiter.topic);
    const std::lock_guard lock(shard.mutex);
    const auto [begin, end] = shard.waiters.equal_range(waiter.topic);
    for (auto at = begin; at != end; ++at) {
      if (at->second != &waiter) continue;
      shard.waiters.erase(at);
      shard.count.fetch_sub(1);
      return;
    }
  }

 private:
  std::array<Shard, kShardCount> shards_;
};

namespace {

/// Holds the hub's insides alive, so a subscription may outlive the hub.
template <class Hub>
class HubSubscription final : public http::Subscription {
 public:
  HubSubscription(std::shared_ptr<Hub> hub, Waiter waiter)
      : hub_(std::move(hub)), waiter_(std::move(waiter)) {
    hub_->add(waiter_);
  }

  ~HubSubscription() override { hub_->remove(waiter_); }

  HubSubscription(const HubSubscription&) = delete;
  HubSubscription& operator=(const HubSubscription&) = delete;

 private:
  std::shared_ptr<Hub> hub_;
  Waiter waiter_;
};

}  // namespace

WakeHub::WakeHub() : implementation_(std::make_shared<Implementation>()) {}

WakeHub::~WakeHub() = default;

std::unique_ptr<http::Subscription> WakeHub::subscribe(std::string_view topic,
                                                       std::function<void()> wake) {
  Waiter waiter{std::string(topic), std::move(wake)};
  return std::make_unique<HubSubscription<Implementation>>(implementation_, std::move(waiter));
}

void WakeHub::notify(std::string_view topic) {
  Shard& shard = implementation_->shard_of(topic);
  // Whoever subscribes looks once more afterwards, so missing one that is just being added is safe.
  if (shard.count.load() == 0) return;
  const std::lock_guard lock(shard.mutex);
  const auto [begin, end] = shard.waiters.equal_range(topic);
  for (auto at = begin; at != end; ++at) at->second->wake();
}

void WakeHub::notify_all() {
  for (Shard& shard : implementation_->shards()) {
    if (shard.count.load() == 0) continue;
    const std::lock_guard lock(shard.mutex);
    for (const auto& [topic, waiter] : shard.waiters) waiter->wake();
  }
}

}  // namespace cumulite
