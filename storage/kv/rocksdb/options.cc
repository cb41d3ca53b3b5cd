#include "storage/kv/rocksdb/options.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include "storage/kv/counter_value.h"
#include "storage/kv/rocksdb/unsynced_files.h"

namespace cumulite::storage {
namespace {

// Twice RocksDB's own: half the index, and what a miss reads of a file is still little.
constexpr std::size_t kBlockBytes = 8 * 1024;
constexpr int kCacheShardBits = 2;
// Of the rows in memory, what goes to their bloom filter: some twenty bits a row. Reading a row
// that is on disk would otherwise search them all first, which costs more than a file does.
constexpr double kMemoryFilterShare = 0.02;
// Of index and filter: pieces, of which a read takes what it needs. As a whole those of a large
// file are a megabyte each, which the cache could not keep; the smaller the pieces, the more a read
// searches among them. With ten million items, 32 KiB reads a quarter faster than 4 or whole.
constexpr std::size_t kMetadataBlockBytes = 32 * 1024;
// What one level holds before rows are spread over two. A read asks every level that has rows: up
// to here it is one, and merging into it costs what keeping a second one between would.
constexpr std::uint64_t kOneLevelBytes = 1ULL << 30;
// Of the cache: what index and filters keep before rows push them out.
constexpr double kMetadataShare = 0.7;

// Sums the deltas of Txn::add. A row that is no counter counts as 0: failing here would stop every
// compaction of the store for one service's defect, which reading the counter reports anyway.
class SumOperator final : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice& /*key*/, const rocksdb::Slice* existing,
             const rocksdb::Slice& operand, std::string* sum,
             rocksdb::Logger* /*logger*/) const override {
    const std::int64_t before = existing == nullptr ? 0 : read(*existing);
    *sum = encode_counter(add_counters(before, read(operand)));
    return true;
  }

  const char* Name() const override { return "cumulite.sum.i64"; }

 private:
  static std::int64_t read(const rocksdb::Slice& bytes) {
    return decode_counter({bytes.data(), bytes.size()}).value_or(0);
  }
};

// RocksDB would look every five seconds whether a full disk has room again, and refuse to resume
// meanwhile. The next write asks instead, so that the first one that fits succeeds.
class FailureListener final : public rocksdb::EventListener {
 public:
  explicit FailureListener(FailureFlag failed) : failed_(std::move(failed)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                         rocksdb::Status* /*error*/) override {
    *failed_ = true;
  }

  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* automatic) override {
    *automatic = false;
  }

 private:
  FailureFlag failed_;
};

std::shared_ptr<rocksdb::TableFactory> table_factory(std::size_t cache_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes, kCacheShardBits, false, kMetadataShare);
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = kMetadataBlockBytes;
  // The list of the pieces stays with its open file: some kilobytes each.
  table.metadata_cache_options.top_level_index_pinning = rocksdb::PinningTier::kAll;
  table.block_size = kBlockBytes;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  table.format_version = 5;
  // Index and filter blocks count against the cache, so that its cap is the cap.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(table));
}

}  // namespace

rocksdb::Options rocksdb_options(const StoreOptions& options, FailureFlag failed) {
  rocksdb::Options result;
  result.create_if_missing = true;
  if (options.is_temporary) result.env = unsynced_env();
  result.merge_operator = std::make_shared<SumOperator>();
  result.table_factory = table_factory(options.cache_bytes);
  result.compression = rocksdb::kNoCompression;
  result.write_buffer_size = options.write_buffer_bytes;
  result.max_write_buffer_number = 3;
  result.memtable_prefix_bloom_size_ratio = kMemoryFilterShare;
  result.memtable_whole_key_filtering = true;
  // A counter that is added to thousands of times between two reads would be read by summing them
  // all; the engine folds them now and then instead.
  result.max_successive_merges = 64;
  result.level_compaction_dynamic_level_bytes = true;
  result.max_bytes_for_level_base = kOneLevelBytes;
  result.max_background_jobs = 2;
  // No filter for the last level, where nearly all rows are: asking it costs most reads a tenth, as
  // most are of rows that exist. Reading one that does not exist costs a block instead, which made
  // filling a table with ten million new items 7 % slower.
  result.optimize_filters_for_hits = true;
  result.max_open_files = 256;
  // The system may read ahead where reads are dense: what a large table has on disk is in memory
  // after seconds rather than minutes.
  result.advise_random_on_open = false;
  result.bytes_per_sync = 1 << 20;
  result.wal_bytes_per_sync = 1 << 20;
  // Reserving disk for a log that is never synced only makes an idle directory look large.
  result.allow_fallocate = options.durability == Durability::kFsync;
  result.manifest_preallocation_size = 64 * 1024;
  result.keep_log_file_num = 2;
  result.max_log_file_size = 1 << 20;
  result.info_log_level = rocksdb::WARN_LEVEL;
  result.stats_dump_period_sec = 0;
  result.stats_persist_period_sec = 0;
  result.max_bgerror_resume_count = 0;
  result.listeners.push_back(std::make_shared<FailureListener>(std::move(failed)));
  // Opening does not look at every table file, nor write out what it replays from the log.
  result.max_file_opening_threads = 1;  // The default starts 16 threads for a few files.
  result.skip_stats_update_on_db_open = true;
  result.skip_checking_sst_file_sizes_on_db_open = true;
  result.avoid_flush_during_recovery = true;
  return result;
}

}  // namespace cumulite::storage
