#include "storage/kv/rocksdb/transaction.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "storage/kv/counter_value.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/rocksdb/rows.h"
#include "storage/kv/rocksdb/status.h"

namespace cumulite::storage {
namespace {

// Up to so many rows are deleted one by one: each range tombstone slows all later reads of its
// memtable, which costs more than a few point deletes do.
constexpr std::size_t kPointDeletesMax = 64;

[[noreturn]] void abort_without_domain(Space space, std::string_view key) {
  std::string shown;
  for (const char c : key.substr(0, 80)) {
    const bool printable = c >= 0x20 && c < 0x7F;
    shown +=
        printable ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  fmt::print(stderr,
             "cumulite: a transaction wrote to space {} key \"{}\" without declaring an exclusive "
             "domain over it\n",
             space, shown);
  std::abort();
}

void require_key(Space space, std::string_view key) {
  if (space == kEngineSpace) throw TooLarge("space 255 is the engine's own");
  if (key.size() > kKeyBytesMax) {
    throw TooLarge(fmt::format("key of {} bytes exceeds {}", key.size(), kKeyBytesMax));
  }
}

}  // namespace

RocksTransaction::RocksTransaction(rocksdb::DB& db, const Domains& domains,
                                   const UnguardedSpaces& unguarded)
    : db_(db), domains_(domains), unguarded_(unguarded) {}

std::optional<std::string> RocksTransaction::get(Space space, std::string_view key) const {
  const std::string whole = whole_key(space, key);
  const WriteOverlay::Write* write = overlay_.find(whole);
  if (write != nullptr) {
    if (write->kind == WriteOverlay::Kind::kPut) return write->value;
    if (write->kind == WriteOverlay::Kind::kDelete) return std::nullopt;
    return encode_counter(add_counters(counter_of(get_row(db_, whole)), write->delta));
  }
  if (overlay_.hides(whole)) return std::nullopt;
  return get_row(db_, whole);
}

std::vector<std::optional<std::string>> RocksTransaction::get_many(
    Space space, const std::vector<std::string>& keys) const {
  std::vector<std::optional<std::string>> rows(keys.size());
  std::vector<std::string> wanted;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::string whole = whole_key(space, keys[i]);
    if (overlay_.find(whole) != nullptr || overlay_.hides(whole)) {
      rows[i] = get(space, keys[i]);
    } else {
      wanted.push_back(std::move(whole));
      positions.push_back(i);
    }
  }
  auto found = get_rows(db_, wanted);
  for (std::size_t i = 0; i < found.size(); ++i) rows[positions[i]] = std::move(found[i]);
  return rows;
}

Page RocksTransaction::range(Space space, std::string_view from, std::string_view to,
                             const RangeOptions& options) const {
  return get_range(db_, overlay_.empty() ? nullptr : &overlay_,
                   {whole_key(space, from), whole_end(space, to)}, options);
}

std::int64_t RocksTransaction::counter(Space space, std::string_view key) const {
  return counter_of(get(space, key));
}

void RocksTransaction::put(Space space, std::string_view key, std::string_view value) {
  require_key(space, key);
  if (value.size() > kValueBytesMax) {
    throw TooLarge(fmt::format("value of {} bytes exceeds {}", value.size(), kValueBytesMax));
  }
  require_domain(space, key);
  overlay_.put(whole_key(space, key), value);
  require_size();
}

void RocksTransaction::del(Space space, std::string_view key) {
  require_key(space, key);
  require_domain(space, key);
  overlay_.del(whole_key(space, key));
  require_size();
}

void RocksTransaction::del_range(Space space, std::string_view from, std::string_view to) {
  require_key(space, from);
  require_key(space, to);
  require_domain_of_range(space, from, to);
  WriteOverlay::KeyRange keys{whole_key(space, from), whole_end(space, to)};
  if (keys.first >= keys.second) return;
  auto rows = get_keys(db_, keys, kPointDeletesMax + 1);
  if (rows.size() > kPointDeletesMax) {
    overlay_.del_range(std::move(keys.first), std::move(keys.second));
  } else {
    overlay_.forget_range(keys.first, keys.second);
    for (std::string& row : rows) overlay_.del(std::move(row));
  }
  require_size();
}

void RocksTransaction::add(Space space, std::string_view key, std::int64_t delta) {
  require_key(space, key);
  overlay_.add(whole_key(space, key), delta);
  require_size();
}

void RocksTransaction::notify(std::string_view topic) {
  if (std::find(topics_.begin(), topics_.end(), topic) == topics_.end())
    topics_.emplace_back(topic);
}

void RocksTransaction::on_commit(std::function<void()> action) {
  commit_actions_.push_back(std::move(action));
}

void RocksTransaction::on_abort(std::function<void()> action) {
  abort_actions_.push_back(std::move(action));
}

void RocksTransaction::fill(rocksdb::WriteBatch& batch) const {
  // Ranges go first: what was written into a deleted range after its deletion must survive it.
  for (const auto& [from, to] : overlay_.deleted_ranges()) {
    throw_unless_ok(batch.DeleteRange(from, to), "deleting a range");
  }
  for (const auto& [key, write] : overlay_.writes()) {
    switch (write.kind) {
      case WriteOverlay::Kind::kPut:
        throw_unless_ok(batch.Put(key, write.value), "putting a row");
        break;
      case WriteOverlay::Kind::kDelete:
        throw_unless_ok(batch.Delete(key), "deleting a row");
        break;
      case WriteOverlay::Kind::kAdd:
        throw_unless_ok(batch.Merge(key, encode_counter(write.delta)), "adding to a counter");
        break;
    }
  }
}

void RocksTransaction::run_commit_actions() {
  for (const auto& action : commit_actions_) action();
}

void RocksTransaction::run_abort_actions() {
  for (auto action = abort_actions_.rbegin(); action != abort_actions_.rend(); ++action)
    (*action)();
}

void RocksTransaction::require_domain(Space space, std::string_view key) const {
  if (unguarded_[space]) return;
  for (const Domain& domain : domains_) {
    if (!domain.shared && domain.space == space && key.starts_with(domain.prefix)) return;
  }
  abort_without_domain(space, key);
}

void RocksTransaction::require_domain_of_range(Space space, std::string_view from,
                                               std::string_view to) const {
  if (unguarded_[space]) return;
  for (const Domain& domain : domains_) {
    if (domain.shared || domain.space != space || !from.starts_with(domain.prefix)) continue;
    const std::string end = prefix_end(domain.prefix);
    if (end.empty() || (!to.empty() && to <= end)) return;
  }
  abort_without_domain(space, from);
}

void RocksTransaction::require_size() const {
  // The contract's bound is what a caller may count on everywhere. This engine takes more: 4 MB of
  // items in one DynamoDB transaction become several times that with their index rows and change
  // records, and a batch of this size still commits in one write of the log.
  constexpr std::size_t kBatchBytesMax = 8 * kTransactionBytesMax;
  if (overlay_.size_bytes() > kBatchBytesMax) {
    throw TooLarge(fmt::format("transaction exceeds {} bytes", kBatchBytesMax));
  }
}

}  // namespace cumulite::storage
