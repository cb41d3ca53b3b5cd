#include "emulator/services/dynamodb/item/ongoing_writes.h"

#include <xxhash.h>

#include <bit>

namespace cumulite::dynamodb {
namespace {

/// The shards of the keys, a bit each: in its order they are locked, so that no two transactions
/// wait for each other.
std::uint64_t shard_bits(const std::vector<std::size_t>& shards) {
  std::uint64_t bits = 0;
  for (const auto shard : shards) bits |= std::uint64_t{1} << shard;
  return bits;
}

template <class Action>
void for_each_bit(std::uint64_t bits, Action&& action) {
  for (; bits != 0; bits &= bits - 1) action(static_cast<std::size_t>(std::countr_zero(bits)));
}

}  // namespace

std::size_t OngoingWrites::shard_of(std::string_view key) {
  static_assert(kShards == 64, "transactions keep the shards that they lock in 64 bits");
  return XXH3_64bits(key.data(), key.size()) % kShards;
}

void OngoingWrites::Shard::link(Entry& entry) {
  entry.next = first;
  if (first != nullptr) first->previous = &entry;
  first = &entry;
}

void OngoingWrites::Shard::unlink(Entry& entry) {
  (entry.previous != nullptr ? entry.previous->next : first) = entry.next;
  if (entry.next != nullptr) entry.next->previous = entry.previous;
}

bool OngoingWrites::Shard::has_transaction(std::string_view key) const {
  for (const Entry* entry = first; entry != nullptr; entry = entry->next) {
    if (entry->transaction && entry->key == key) return true;
  }
  return false;
}

bool OngoingWrites::contains(std::string_view key) const {
  const Shard& shard = shards_[shard_of(key)];
  const std::lock_guard lock(shard.mutex);
  for (const Entry* entry = shard.first; entry != nullptr; entry = entry->next) {
    if (entry->key == key) return true;
  }
  return false;
}

OngoingWrites::Write::Write(OngoingWrites& ongoing, std::string_view key)
    : ongoing_(ongoing), entry_{key}, shard_(shard_of(key)) {
  Shard& shard = ongoing_.shards_[shard_];
  const std::lock_guard lock(shard.mutex);
  refused_ = shard.has_transaction(key);
  if (!refused_) shard.link(entry_);
}

OngoingWrites::Write::~Write() {
  if (refused_) return;
  Shard& shard = ongoing_.shards_[shard_];
  const std::lock_guard lock(shard.mutex);
  shard.unlink(entry_);
}

OngoingWrites::Transaction::Transaction(OngoingWrites& ongoing,
                                        const std::vector<std::string_view>& keys)
    : ongoing_(ongoing) {
  entries_.reserve(keys.size());
  shards_.reserve(keys.size());
  for (const auto key : keys) {
    entries_.push_back({key, true});
    shards_.push_back(shard_of(key));
  }
  const std::uint64_t bits = shard_bits(shards_);
  for_each_bit(bits, [&](std::size_t shard) { ongoing_.shards_[shard].mutex.lock(); });
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (ongoing_.shards_[shards_[i]].has_transaction(entries_[i].key)) conflicts_.push_back(i);
  }
  if (conflicts_.empty()) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      ongoing_.shards_[shards_[i]].link(entries_[i]);
    }
  }
  for_each_bit(bits, [&](std::size_t shard) { ongoing_.shards_[shard].mutex.unlock(); });
}

OngoingWrites::Transaction::~Transaction() {
  if (!conflicts_.empty()) return;
  // One by one: whoever comes in between may begin on a part of the keys, all are committed.
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Shard& shard = ongoing_.shards_[shards_[i]];
    const std::lock_guard lock(shard.mutex);
    shard.unlink(entries_[i]);
  }
}

}  // namespace cumulite::dynamodb
