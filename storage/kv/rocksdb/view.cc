#include "storage/kv/rocksdb/view.h"

#include <rocksdb/db.h>
#include <rocksdb/snapshot.h>

#include "storage/kv/rocksdb/rows.h"

namespace cumulite::storage {
namespace {

class RocksView final : public Reader {
 public:
  RocksView(rocksdb::DB& db, Fence& fence) : db_(db), fence_(fence), snapshot_(&db) {}

  std::optional<std::string> get(Space space, std::string_view key) const override {
    const Fence::Pass pass(fence_);
    return get_row(db_, whole_key(space, key), snapshot_.snapshot());
  }

  std::vector<std::optional<std::string>> get_many(
      Space space, const std::vector<std::string>& keys) const override {
    std::vector<std::optional<std::string>> rows;
    rows.reserve(keys.size());
    for (const std::string& key : keys) rows.push_back(get(space, key));
    return rows;
  }

  Page range(Space space, std::string_view from, std::string_view to,
             const RangeOptions& options) const override {
    const Fence::Pass pass(fence_);
    return get_range(db_, nullptr, {whole_key(space, from), whole_end(space, to)}, options,
                     snapshot_.snapshot());
  }

  std::int64_t counter(Space space, std::string_view key) const override {
    return counter_of(get(space, key));
  }

 private:
  rocksdb::DB& db_;
  Fence& fence_;
  /// Its own reading function is not const.
  mutable rocksdb::ManagedSnapshot snapshot_;
};

}  // namespace

std::unique_ptr<Reader> make_rocksdb_view(rocksdb::DB& db, Fence& fence) {
  return std::make_unique<RocksView>(db, fence);
}

}  // namespace cumulite::storage
