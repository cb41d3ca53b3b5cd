#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace cumulite::storage {

/// Lets many threads use a thing at once, or one alone exchange it. Entering costs one atomic
/// increment on a cache line that few threads share, so every read of a store can afford it.
/// Passes of one thread nest: only the outermost one counts, and whoever closed the fence passes.
class Fence {
 private:
  /// A link of the thread's own chain of passes.
  struct Link {
    explicit Link(const Fence& of);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    const Fence* fence;
    const Link* outer;
  };

 public:
  /// The right to use the thing while it lives; waits while the fence is closed. Take it before any
  /// lock that the closing thread may want.
  class Pass {
   public:
    explicit Pass(Fence& fence);
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    Fence* entered_;  ///< Null when an outer pass of the thread counts already.
    Link link_;
  };

  /// Waits until nobody else is inside, and keeps everybody out while it lives. Must not be made by
  /// a thread that holds a pass. One at a time: a second one waits for the first.
  class Closed {
   public:
    explicit Closed(Fence& fence);
    ~Closed();
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

   private:
    Fence& fence_;
    std::unique_lock<std::mutex> alone_;
    Link link_;
  };

  Fence() = default;
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

 private:
  static constexpr std::size_t kSlots = 64;

  struct alignas(64) Slot {
    std::atomic<std::uint32_t> inside = 0;
  };

  static const Link*& top();
  bool is_held() const;
  void enter();
  void leave();
  Slot& own_slot();

  std::array<Slot, kSlots> slots_;
  std::atomic<bool> is_closed_ = false;
  std::mutex closing_;  ///< Held by the one who closed it.
  std::mutex mutex_;    ///< For waiting on opened_.
  std::condition_variable opened_;
};

}  // namespace cumulite::storage
