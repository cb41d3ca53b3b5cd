#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/kv/store.h"
#include "storage/kv/write_overlay.h"

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace cumulite::storage {

/// The spaces whose writes are exempt from the domain check.
using UnguardedSpaces = std::bitset<256>;

/// One transaction: writes wait in memory, reads look through them at the store. Aborts the process
/// when a write is not covered by an exclusive domain: a lost update waiting to happen.
class RocksTransaction final : public Txn {
 public:
  RocksTransaction(rocksdb::DB& db, const Domains& domains, const UnguardedSpaces& unguarded);

  std::optional<std::string> get(Space space, std::string_view key) const override;
  std::vector<std::optional<std::string>> get_many(
      Space space, const std::vector<std::string>& keys) const override;
  Page range(Space space, std::string_view from, std::string_view to,
             const RangeOptions& options) const override;
  std::int64_t counter(Space space, std::string_view key) const override;

  void put(Space space, std::string_view key, std::string_view value) override;
  void del(Space space, std::string_view key) override;
  void del_range(Space space, std::string_view from, std::string_view to) override;
  void add(Space space, std::string_view key, std::int64_t delta) override;
  void notify(std::string_view topic) override;
  void on_commit(std::function<void()> action) override;
  void on_abort(std::function<void()> action) override;

  bool has_writes() const { return !overlay_.empty(); }

  std::size_t size_bytes() const { return overlay_.size_bytes(); }

  void fill(rocksdb::WriteBatch& batch) const;

  void run_commit_actions();
  /// In reverse, as one undoes.
  void run_abort_actions();

  std::vector<std::string> take_topics() { return std::move(topics_); }

 private:
  void require_domain(Space space, std::string_view key) const;
  void require_domain_of_range(Space space, std::string_view from, std::string_view to) const;
  void require_size() const;

  rocksdb::DB& db_;
  const Domains& domains_;
  const UnguardedSpaces& unguarded_;
  WriteOverlay overlay_;
  std::vector<std::string> topics_;
  std::vector<std::function<void()>> commit_actions_;
  std::vector<std::function<void()>> abort_actions_;
};

}  // namespace cumulite::storage
