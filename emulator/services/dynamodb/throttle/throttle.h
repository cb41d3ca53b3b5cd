#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// Refuses calls that use more than a table's provisioned throughput, where an account asked for
/// it; tables on demand are never refused. Each table and index has two buckets of capacity units
/// that fill at its provisioned rate up to 300 s' worth. A call is let through while its bucket is
/// not empty and may leave it in debt, so that no call is too large for ever. Buckets are full when
/// a table is first used, live in memory, and follow the account's clock. Thread-safe.
class Throttle {
 public:
  /// For all accounts that say nothing else.
  static void set_default(bool on);

  bool enabled(std::string_view account) const;
  void enable(std::string_view account, bool on);
  /// Forgets what the account (empty: all) asked for, and its buckets.
  void reset(std::string_view account);

  /// ProvisionedThroughputExceededException if the table's bucket, or that of one of its global
  /// indexes, is empty.
  Result<void> admit_write(const Table& table, std::int64_t now_ms);
  /// The same for a read of the table, or of the index if it is not null.
  Result<void> admit_read(const Table& table, const Index* index, std::int64_t now_ms);
  /// Takes what a call used. `factor` is 2 in transactions.
  void charge_write(const Table& table, const WriteUnits& units, double factor,
                    std::int64_t now_ms);
  void charge_read(const Table& table, const Index* index, double table_units, double index_units,
                   std::int64_t now_ms);

 private:
  enum class Kind : std::uint8_t { kRead, kWrite };

  struct Bucket {
    double units = 0;
    double rate = 0;
    std::int64_t filled_ms = 0;
  };

  /// Table row prefix, index number (0: the table), kind.
  struct BucketKey {
    std::string table;
    std::uint8_t index = 0;
    Kind kind = Kind::kRead;

    auto operator<=>(const BucketKey&) const = default;
  };

  bool applies(const Table& table) const;
  /// The bucket, filled up to now; null where nothing is provisioned. Called under the lock.
  Bucket* fill(const Table& table, const Index* index, Kind kind, std::int64_t now_ms);

  std::atomic<bool> used_ = false;  ///< Any account asked: spares the others the lock.
  mutable std::mutex mutex_;
  std::map<std::string, bool, std::less<>> accounts_;
  std::map<BucketKey, Bucket> buckets_;
};

}  // namespace cumulite::dynamodb
