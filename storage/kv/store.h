#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The contract between services and the engine that keeps their rows. It promises ordered keys in
/// a few spaces, short snapshot reads, and serializable transactions over declared domains. It
/// promises nothing of RocksDB, so that another engine can take its place.
namespace cumulite::storage {

inline constexpr std::size_t kKeyBytesMax = 2'560;
inline constexpr std::size_t kValueBytesMax = 1024 * 1024;
inline constexpr std::size_t kTransactionBytesMax = 4 * 1024 * 1024;

/// Reading or writing failed below us (I/O error, corruption). The daemon answers 500.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// There is no room left. Nothing of the transaction or blob was kept; later calls may succeed
/// again.
class OutOfSpace : public StorageError {
 public:
  using StorageError::StorageError;
};

/// A key, value or transaction exceeds the limits above: a defect of the caller, who checks first.
class TooLarge : public StorageError {
 public:
  using StorageError::StorageError;
};

/// A range of keys of its own; the emulator names its spaces in emulator/core/spaces.h. 255 is the
/// engine's own.
using Space = std::uint8_t;

struct KeyValue {
  std::string key;
  std::string value;
};

/// Rows of a range in order; `more` says that the limit ended it before the range's end.
struct Page {
  std::vector<KeyValue> rows;
  bool more = false;
};

struct RangeOptions {
  std::size_t limit = 1'000;                 ///< Most rows.
  std::size_t bytes_max = 16 * 1024 * 1024;  ///< Ends after the row that reaches it.
  bool reverse = false;                      ///< From the last row below `to` downwards.
};

/// Reads. Each call sees one consistent state; keys are raw bytes, compared as unsigned.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual std::optional<std::string> get(Space space, std::string_view key) const = 0;
  /// As many results as keys, in their order.
  virtual std::vector<std::optional<std::string>> get_many(
      Space space, const std::vector<std::string>& keys) const = 0;
  /// Rows with from <= key < to. An empty `to` means the end of the space.
  virtual Page range(Space space, std::string_view from, std::string_view to,
                     const RangeOptions& options = {}) const = 0;
  /// Value of a counter changed by Txn::add; 0 if there is none.
  virtual std::int64_t counter(Space space, std::string_view key) const = 0;
};

/// The write side of one transaction; its reads see its own writes.
class Txn : public Reader {
 public:
  /// Writing a key that no exclusive domain of the transaction covers aborts the process (see
  /// StoreOptions::unguarded_spaces); exceeding a limit throws TooLarge.
  virtual void put(Space space, std::string_view key, std::string_view value) = 0;
  virtual void del(Space space, std::string_view key) = 0;
  /// Deletes every row with from <= key < to; an empty `to` means the end of the space.
  virtual void del_range(Space space, std::string_view from, std::string_view to) = 0;
  /// Adds to a counter row. Commutative: needs no domain, and does not conflict with other adds.
  virtual void add(Space space, std::string_view key, std::int64_t delta) = 0;
  /// Wakes those who wait for the topic, after the commit.
  virtual void notify(std::string_view topic) = 0;
  /// Runs after the rows are written, before the domains are released: the place to bring memory
  /// indexes in step with the rows. Must not throw, block, or touch the store.
  virtual void on_commit(std::function<void()> action) = 0;
  /// Runs when the transaction is not committed (the function refused, or the commit failed).
  virtual void on_abort(std::function<void()> action) = 0;
};

/// What a transaction may touch: all keys of a space that begin with the prefix. Two transactions
/// with the same domain (same space, same prefix), at least one of them exclusive, run one after
/// the other. Domains that merely overlap (a bucket, and a key in it) do NOT exclude each other: an
/// operation on the part declares the whole as shared, one on the whole declares it exclusive.
struct Domain {
  Space space = 0;
  std::string prefix;
  bool shared = false;

  static Domain exclusive_on(Space space, std::string_view prefix) {
    return {space, std::string(prefix), false};
  }

  static Domain shared_on(Space space, std::string_view prefix) {
    return {space, std::string(prefix), true};
  }
};

using Domains = std::vector<Domain>;

enum class Durability : std::uint8_t {
  kNone,     ///< Rows may be lost when the process is killed.
  kProcess,  ///< A commit survives kill -9 of the process (written to the log, not synced).
  kFsync,    ///< A commit survives power loss (group commit).
};

struct StoreOptions {
  /// The rows are kept in DIRECTORY/rows, so the blobs can share the directory.
  std::string directory;
  Durability durability = Durability::kProcess;
  /// The directory is not meant to outlive the process: nothing is ever synced, which opens in a
  /// fraction of the time. A kill loses no more than it does otherwise; power loss loses it all.
  bool is_temporary = false;
  std::size_t cache_bytes = 32 * 1024 * 1024;
  std::size_t write_buffer_bytes = 16 * 1024 * 1024;
  /// Spaces whose rows are guarded by domains of other spaces (due rows, outbox): writes there are
  /// exempt from the check that a touched key belongs to a declared domain.
  std::vector<Space> unguarded_spaces = {};
  /// Called after a commit for each topic that it notified; from the committing thread.
  std::function<void(std::string_view topic)> on_notify = {};
};

class Store : public Reader {
 public:
  /// Runs `function(Txn&)` with the domains locked (in an order that cannot deadlock) and commits
  /// what it wrote in one atomic batch. `function` may run twice with another engine: make ids and
  /// read clocks before, act outside only through rows. If it returns something with `ok()` that is
  /// false, nothing is written. Transactions do not nest. Throws StorageError; then nothing is
  /// kept.
  template <class Function>
  auto transact(const Domains& domains, Function&& function) {
    using Answer = decltype(function(std::declval<Txn&>()));
    if constexpr (std::is_void_v<Answer>) {
      run(domains, [&](Txn& txn) {
        function(txn);
        return true;
      });
    } else {
      std::optional<Answer> answer;
      run(domains, [&](Txn& txn) {
        answer.emplace(function(txn));
        if constexpr (requires { answer->ok(); }) {
          return static_cast<bool>(answer->ok());
        } else {
          return true;
        }
      });
      return std::move(*answer);
    }
  }

  /// Approximate size of the rows on disk, for the admin page.
  virtual std::uint64_t bytes_on_disk() const = 0;
  /// Writes a consistent copy of all rows to a new directory, by hard links where it can; it can be
  /// opened as a store. Throws StorageError if the directory holds a store already.
  virtual void checkpoint(const std::string& directory) = 0;

 protected:
  /// Commits if `body` returns true.
  virtual void run(const Domains& domains, const std::function<bool(Txn&)>& body) = 0;
};

/// Opens (or creates) the RocksDB store. Throws StorageError, with a message for the user when the
/// directory belongs to another running daemon or to a newer format version.
std::unique_ptr<Store> open_rocksdb_store(StoreOptions options);

}  // namespace cumulite::storage
