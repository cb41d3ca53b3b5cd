#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "emulator/services/dynamodb/format/item_source.h"
#include "emulator/services/s3/object_access.h"

namespace cumulite::dynamodb {

/// What is read: all objects of a bucket whose keys begin with a prefix.
struct ObjectsToRead {
  s3::BucketAccess access;
  std::string prefix;
  std::string compression = "NONE";
  SourceFormat format;
};

/// A record that could not become an item of the table.
struct BadRecord {
  std::string object;
  std::string reason;
  std::optional<Item> item = {};
};

struct ReadTotals {
  std::int64_t processed = 0;
  std::int64_t errors = 0;
  std::int64_t bytes = 0;  ///< After decompression.
};

/// The valid items of those objects, one after the other, in constant memory. What cannot be read
/// of an object, from where it is malformed to its end, counts as one bad record, and the next
/// object follows.
class ObjectItems {
 public:
  using OnBad = std::function<void(const BadRecord&)>;

  ObjectItems(Environment& env, ObjectsToRead what, const Table& table, OnBad on_bad = {});
  ~ObjectItems();

  /// The next item, normalized and valid in the table. Nullopt at the end, or when the bucket was
  /// not to be listed: see `failure`.
  std::optional<Item> next();

  const ReadTotals& totals() const { return totals_; }

  const std::optional<Error>& failure() const { return failure_; }

 private:
  class Counted;

  bool open_next();
  bool list_more();
  void bad(std::string reason, std::optional<Item> item = std::nullopt);
  /// The record's item, or nothing after it was counted as bad.
  std::optional<Item> accept(SourceRecord record);

  Environment& env_;
  ObjectsToRead what_;
  const Table& table_;
  OnBad on_bad_;
  std::deque<std::string> keys_;
  std::string last_key_;
  bool listed_all_ = false;
  std::string object_;
  std::unique_ptr<ItemSource> source_;
  ReadTotals totals_;
  std::optional<Error> failure_;
};

}  // namespace cumulite::dynamodb
