#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace cumulite::dynamodb {

/// The keys (rows of items, or of idempotency tokens) that writes and transactions are under way
/// on, each from before it waits for them until its commit is done. Whoever meets a transaction
/// here is refused instead of made to wait. Exact: keys are compared whole, so two items never
/// conflict because of their hashes. Thread-safe; nothing here waits for a write. It holds what is
/// under way and no more: the entries live in the guards.
class OngoingWrites {
  struct Entry {
    std::string_view key;
    bool transaction = false;
    Entry* previous = nullptr;
    Entry* next = nullptr;
  };

 public:
  OngoingWrites() = default;
  OngoingWrites(const OngoingWrites&) = delete;
  OngoingWrites& operator=(const OngoingWrites&) = delete;

  /// A write of one item. It is refused by a transaction only: writes wait for each other.
  class Write {
   public:
    /// `key` must outlive the guard.
    Write(OngoingWrites& ongoing, std::string_view key);
    ~Write();
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;

    /// True if a transaction is under way on the item: do not write.
    bool refused() const { return refused_; }

   private:
    OngoingWrites& ongoing_;
    Entry entry_;
    std::size_t shard_;
    bool refused_ = false;
  };

  /// A transaction on several different keys: it begins on all of them at one moment, or on none,
  /// so that of two that meet one always goes on.
  class Transaction {
   public:
    /// The keys must outlive the guard.
    Transaction(OngoingWrites& ongoing, const std::vector<std::string_view>& keys);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Places among the keys that another transaction is under way on. Not empty: do not write.
    const std::vector<std::size_t>& conflicts() const { return conflicts_; }

   private:
    OngoingWrites& ongoing_;
    std::vector<Entry> entries_;
    std::vector<std::size_t> shards_;
    std::vector<std::size_t> conflicts_;
  };

  /// True if a write or a transaction is under way on the key.
  bool contains(std::string_view key) const;

 private:
  static constexpr std::size_t kShards = 64;

  struct alignas(64) Shard {
    mutable std::mutex mutex;
    Entry* first = nullptr;  ///< Only what is under way at this moment: a list of a few.

    void link(Entry& entry);
    void unlink(Entry& entry);
    bool has_transaction(std::string_view key) const;
  };

  static std::size_t shard_of(std::string_view key);

  std::array<Shard, kShards> shards_;
};

}  // namespace cumulite::dynamodb
