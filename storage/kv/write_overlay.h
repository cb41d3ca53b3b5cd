#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cumulite::storage {

/// What a transaction has written and not yet committed, in a normal form: the rows below are the
/// store's rows without `deleted_ranges`, then `writes` applied on top, one for a key. Keys are
/// whole (space byte first). Knows nothing of an engine. Not thread-safe.
class WriteOverlay {
 public:
  enum class Kind : std::uint8_t { kPut, kDelete, kAdd };

  struct Write {
    Kind kind = Kind::kPut;
    std::string value;       ///< Of kPut.
    std::int64_t delta = 0;  ///< Of kAdd: to be added to the row below.
  };

  using Writes = std::map<std::string, Write, std::less<>>;
  using KeyRange = std::pair<std::string, std::string>;

  void put(std::string key, std::string_view value);
  void del(std::string key);
  void add(std::string key, std::int64_t delta);
  /// Forgets the writes with from <= key < to.
  void forget_range(std::string_view from, std::string_view to);
  /// Deletes from <= key < to, what was written before included.
  void del_range(std::string from, std::string to);

  /// The write of this key, or null.
  const Write* find(std::string_view key) const;
  /// Whether the row below is deleted by a range.
  bool hides(std::string_view key) const;

  const Writes& writes() const { return writes_; }

  const std::vector<KeyRange>& deleted_ranges() const { return deleted_ranges_; }

  bool empty() const { return writes_.empty() && deleted_ranges_.empty(); }

  /// Keys and values that a commit writes.
  std::size_t size_bytes() const { return size_bytes_; }

 private:
  Writes writes_;
  std::vector<KeyRange> deleted_ranges_;
  std::size_t size_bytes_ = 0;
};

}  // namespace cumulite::storage
