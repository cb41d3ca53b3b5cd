#include "storage/kv/rocksdb/rows.h"

#include <iterator>
#include <memory>
#include <utility>

#include <rocksdb/db.h>

#include "storage/kv/counter_value.h"
#include "storage/kv/rocksdb/status.h"

namespace cumulite::storage {
namespace {

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

// Rows of the store in the wanted direction.
class BaseCursor {
 public:
  BaseCursor(rocksdb::DB& db, const WriteOverlay::KeyRange& keys, bool reverse,
             const rocksdb::Snapshot* snapshot = nullptr)
      : from_(slice(keys.first)), to_(slice(keys.second)), reverse_(reverse) {
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &from_;
    options.iterate_upper_bound = &to_;
    options.snapshot = snapshot;
    iterator_.reset(db.NewIterator(options));
    if (reverse_) {
      iterator_->SeekToLast();
    } else {
      iterator_->Seek(from_);
    }
  }

  BaseCursor(const BaseCursor&) = delete;
  BaseCursor& operator=(const BaseCursor&) = delete;

  bool valid() const { return iterator_->Valid(); }

  std::string_view key() const { return view(iterator_->key()); }

  std::string_view value() const { return view(iterator_->value()); }

  void next() {
    if (reverse_) {
      iterator_->Prev();
    } else {
      iterator_->Next();
    }
  }

  /// An iterator that met an error looks like one at its end.
  void throw_on_error() const { throw_unless_ok(iterator_->status(), "reading a range"); }

 private:
  rocksdb::Slice from_;
  rocksdb::Slice to_;
  bool reverse_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// Writes of the transaction in the wanted direction.
class OverlayCursor {
 public:
  OverlayCursor(const WriteOverlay* overlay, const WriteOverlay::KeyRange& keys, bool reverse)
      : reverse_(reverse) {
    if (overlay == nullptr) return;
    first_ = overlay->writes().lower_bound(keys.first);
    last_ = overlay->writes().lower_bound(keys.second);
    valid_ = first_ != last_;
  }

  bool valid() const { return valid_; }

  const std::string& key() const { return current()->first; }

  const WriteOverlay::Write& write() const { return current()->second; }

  void next() {
    if (reverse_) {
      --last_;
    } else {
      ++first_;
    }
    valid_ = first_ != last_;
  }

 private:
  WriteOverlay::Writes::const_iterator current() const {
    return reverse_ ? std::prev(last_) : first_;
  }

  bool reverse_;
  bool valid_ = false;
  WriteOverlay::Writes::const_iterator first_;
  WriteOverlay::Writes::const_iterator last_;
};

// Collects rows until the limits; one row more tells that there is `more`.
class PageBuilder {
 public:
  explicit PageBuilder(const RangeOptions& options) : options_(options) {}

  /// False when the page is full.
  bool append(std::string_view whole, std::string value) {
    if (page_.rows.size() >= options_.limit || bytes_ >= options_.bytes_max) {
      page_.more = true;
      return false;
    }
    bytes_ += whole.size() + value.size();
    page_.rows.push_back({std::string(whole.substr(1)), std::move(value)});
    return true;
  }

  Page take() { return std::move(page_); }

 private:
  const RangeOptions& options_;
  std::size_t bytes_ = 0;
  Page page_;
};

// The row that a write makes of the row below it (nullopt: there is none).
std::optional<std::string> applied(const WriteOverlay::Write& write,
                                   const std::optional<std::string>& below) {
  switch (write.kind) {
    case WriteOverlay::Kind::kPut:
      return write.value;
    case WriteOverlay::Kind::kDelete:
      return std::nullopt;
    case WriteOverlay::Kind::kAdd:
      return encode_counter(add_counters(counter_of(below), write.delta));
  }
  return std::nullopt;
}

}  // namespace

std::string whole_key(Space space, std::string_view key) {
  std::string whole;
  whole.reserve(key.size() + 1);
  whole.push_back(static_cast<char>(space));
  whole.append(key);
  return whole;
}

std::string whole_end(Space space, std::string_view to) {
  if (to.empty()) return whole_key(static_cast<Space>(space + 1), {});
  return whole_key(space, to);
}

std::optional<std::string> get_row(rocksdb::DB& db, std::string_view key,
                                   const rocksdb::Snapshot* snapshot) {
  std::string value;
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const rocksdb::Status status = db.Get(options, slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  throw_unless_ok(status, "reading a row");
  return value;
}

std::vector<std::optional<std::string>> get_rows(rocksdb::DB& db,
                                                 const std::vector<std::string>& keys) {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<std::string> values;
  const std::vector<rocksdb::Status> statuses = db.MultiGet({}, slices, &values);
  std::vector<std::optional<std::string>> rows(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    throw_unless_ok(statuses[i], "reading rows");
    rows[i] = std::move(values[i]);
  }
  return rows;
}

Page get_range(rocksdb::DB& db, const WriteOverlay* overlay, const WriteOverlay::KeyRange& keys,
               const RangeOptions& options, const rocksdb::Snapshot* snapshot) {
  PageBuilder page(options);
  if (keys.first >= keys.second) return page.take();
  BaseCursor base(db, keys, options.reverse, snapshot);
  OverlayCursor written(overlay, keys, options.reverse);
  bool open = true;
  while (open && (base.valid() || written.valid())) {
    // Which of the two comes next: < 0 the store's row, > 0 the written one, 0 both are one key.
    int order = base.valid() ? -1 : 1;
    if (base.valid() && written.valid()) {
      order = base.key().compare(written.key());
      if (options.reverse) order = -order;
    }
    if (order < 0) {
      const bool hidden = overlay != nullptr && overlay->hides(base.key());
      if (!hidden) open = page.append(base.key(), std::string(base.value()));
      base.next();
      continue;
    }
    std::optional<std::string> below;
    if (order == 0) {
      if (!overlay->hides(base.key())) below.emplace(base.value());
      base.next();
    }
    if (auto value = applied(written.write(), below)) {
      open = page.append(written.key(), std::move(*value));
    }
    written.next();
  }
  base.throw_on_error();
  return page.take();
}

std::vector<std::string> get_keys(rocksdb::DB& db, const WriteOverlay::KeyRange& keys,
                                  std::size_t limit) {
  std::vector<std::string> found;
  if (keys.first >= keys.second) return found;
  BaseCursor base(db, keys, false);
  for (; base.valid() && found.size() < limit; base.next()) found.emplace_back(base.key());
  base.throw_on_error();
  return found;
}

std::int64_t counter_of(const std::optional<std::string>& row) {
  if (!row) return 0;
  const auto value = decode_counter(*row);
  if (!value) throw StorageError("a row that is no counter was read as one");
  return *value;
}

}  // namespace cumulite::storage
