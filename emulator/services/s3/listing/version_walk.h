#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

struct ListedVersion {
  std::string key;
  ObjectRecord record;
  bool latest = false;
};

/// All versions of a bucket in the order of listings: keys ascending, versions of a key newest
/// first. Merges the rows of current and of older versions, reading both in pages.
class VersionWalk {
 public:
  VersionWalk(const storage::Reader& reader, const BucketRecord& bucket, std::string_view prefix);

  /// Goes on behind every version of the key.
  void skip_key(std::string_view key);
  /// Goes on behind that version of the key.
  void skip_version(std::string_view key, std::uint64_t sequence);
  /// Goes on behind everything that begins with the prefix.
  void skip_prefix(std::string_view prefix);

  std::optional<ListedVersion> next();

 private:
  /// One of the two kinds of rows.
  struct Side {
    std::string rows;  ///< Key prefix of its rows.
    std::string from;
    std::string end;
    std::vector<storage::KeyValue> page;
    std::size_t at = 0;
    bool more = true;
  };

  void seek(Side& side, std::string from);
  /// The side's next row, or null at its end.
  const storage::KeyValue* peek(Side& side);

  const storage::Reader& reader_;
  std::string bucket_;
  Side current_;
  Side older_;
  std::string latest_key_;  ///< Key whose newest version was given.
  bool any_given_ = false;
};

/// Runs `change(Txn&, FoundVersion&)` on the version that `record` was read of, if it is still the
/// same: a walk holds no locks.
template <class Change>
void with_version(storage::Store& store, const BucketRecord& bucket, const std::string& key,
                  const ObjectRecord& record, Change&& change) {
  store.transact(object_domains(bucket.name, key), [&](storage::Txn& txn) {
    auto found = find_version(txn, bucket, key, {record.null_version, record.sequence});
    if (found && found->record.sequence == record.sequence) change(txn, *found);
  });
}

}  // namespace cumulite::s3
