#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "storage/kv/store.h"

namespace cumulite::storage {

/// Striped shared/exclusive locks on domains. Every caller takes its stripes in ascending order, so
/// no two callers can wait for each other. Two domains on one stripe exclude each other needlessly,
/// never wrongly. Thread-safe; a thread holds at most one guard at a time.
class LockTable {
 public:
  /// `stripe_count` is a power of two.
  explicit LockTable(std::size_t stripe_count = 1024);
  LockTable(const LockTable&) = delete;
  LockTable& operator=(const LockTable&) = delete;

  /// Holds the locks until it is destroyed.
  class Guard {
   public:
    Guard(Guard&& other) noexcept = default;
    Guard& operator=(Guard&&) = delete;
    ~Guard();

   private:
    friend class LockTable;

    struct Held {
      std::uint32_t stripe;
      bool exclusive;
    };

    Guard(LockTable& table, std::vector<Held> held) : table_(table), held_(std::move(held)) {}

    LockTable& table_;
    std::vector<Held> held_;
  };

  /// Blocks until all domains are locked; a stripe that several of them share is taken once, in the
  /// stronger mode.
  Guard lock(const Domains& domains);

 private:
  // std::shared_mutex lets new readers pass a waiting writer. Whoever comes passes the gate first,
  // and a waiting writer keeps it shut, so an operation on a whole bucket is not starved by those
  // on its keys.
  struct alignas(64) Stripe {
    std::mutex gate;
    std::shared_mutex lock;
  };

  std::uint32_t stripe_of(const Domain& domain) const;

  std::size_t mask_;
  std::unique_ptr<Stripe[]> stripes_;
};

}  // namespace cumulite::storage
