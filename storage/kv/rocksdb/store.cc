#include "storage/kv/store.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "storage/free_space.h"
#include "storage/kv/fence.h"
#include "storage/kv/lock_table.h"
#include "storage/kv/replaceable.h"
#include "storage/kv/rocksdb/options.h"
#include "storage/kv/rocksdb/rows.h"
#include "storage/kv/rocksdb/status.h"
#include "storage/kv/rocksdb/transaction.h"
#include "storage/kv/rocksdb/view.h"
#include "storage/kv/view.h"

namespace cumulite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatVersion = "2";
constexpr std::string_view kFormatVersionKey = "format_version";
// After so many bytes the free space is looked at again: seldom enough to cost nothing.
constexpr std::int64_t kSpaceCheckBytes = 64 * 1024;

std::string rows_directory(const std::string& directory) {
  return directory + "/rows";
}

// A transaction inside another would wait for its own locks for ever; better to stop loudly.
class NestingCheck {
 public:
  explicit NestingCheck(const void* store) : outer_(current()) {
    if (outer_ == store) {
      fmt::print(stderr, "cumulite: a transaction was begun inside another\n");
      std::abort();
    }
    current() = store;
  }

  ~NestingCheck() { current() = outer_; }

  NestingCheck(const NestingCheck&) = delete;
  NestingCheck& operator=(const NestingCheck&) = delete;

 private:
  static const void*& current() {
    thread_local const void* store = nullptr;
    return store;
  }

  const void* outer_;
};

class RocksStore final : public Store, public ReplaceableRows, public ViewableRows {
 public:
  explicit RocksStore(StoreOptions options);
  ~RocksStore() override;

  std::optional<std::string> get(Space space, std::string_view key) const override {
    const Fence::Pass pass(fence_);
    return get_row(*db_, whole_key(space, key));
  }

  std::vector<std::optional<std::string>> get_many(
      Space space, const std::vector<std::string>& keys) const override;

  Page range(Space space, std::string_view from, std::string_view to,
             const RangeOptions& options) const override {
    const Fence::Pass pass(fence_);
    return get_range(*db_, nullptr, {whole_key(space, from), whole_end(space, to)}, options);
  }

  std::int64_t counter(Space space, std::string_view key) const override {
    return counter_of(get(space, key));
  }

  std::uint64_t bytes_on_disk() const override;
  void checkpoint(const std::string& directory) override;

  Fence& fence() override { return fence_; }

  std::unique_ptr<Reader> view() const override {
    const Fence::Pass pass(fence_);
    return make_rocksdb_view(*db_, fence_);
  }

  void replace(const Exchange& exchange) override;

 protected:
  void run(const Domains& domains, const std::function<bool(Txn&)>& body) override;

 private:
  void check_format_version();
  /// Runs the body under the locks and commits; false if the body refused.
  bool run_locked(const Domains& domains, const std::function<bool(Txn&)>& body,
                  std::vector<std::string>& topics);
  void write(const RocksTransaction& txn);
  /// Throws OutOfSpace when the disk has no room for so much more. Recovers where there is.
  void require_room(std::size_t size_bytes);
  void recover();

  StoreOptions options_;
  mutable Fence fence_;
  rocksdb::WriteOptions write_options_;
  UnguardedSpaces unguarded_;
  LockTable locks_;
  FailureFlag failed_ = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<rocksdb::DB> db_;
  /// The log ends within a record.
  std::atomic<bool> is_log_torn_ = false;
  std::mutex recovery_mutex_;
  /// What may be written before the free space is looked at again.
  std::atomic<std::int64_t> room_bytes_ = 0;
};

// RocksDB makes a new store where CURRENT is missing, even beside rows of an old one.
void refuse_to_start_empty(const std::string& directory) {
  if (fs::exists(directory + "/CURRENT")) return;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".sst") {
      throw StorageError(fmt::format(
          "{} holds rows but its file CURRENT is missing; restore it or remove the directory",
          directory));
    }
  }
}

std::unique_ptr<rocksdb::DB> open_database(const StoreOptions& options, FailureFlag failed) {
  const std::string directory = rows_directory(options.directory);
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    throw StorageError(fmt::format("cannot create {}: {}", directory, error.message()));
  }
  refuse_to_start_empty(directory);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(rocksdb_options(options, std::move(failed)), directory, &db);
  const std::string reason = status.ToString();
  if (status.IsIOError() && reason.find("/LOCK") != std::string::npos) {
    throw StorageError(fmt::format("{} is in use by another cumulite (or cannot be locked: {})",
                                   options.directory, reason));
  }
  throw_unless_ok(status, fmt::format("opening {}", directory));
  return std::unique_ptr<rocksdb::DB>(db);
}

RocksStore::RocksStore(StoreOptions options)
    : options_(std::move(options)), db_(open_database(options_, failed_)) {
  write_options_.sync = options_.durability == Durability::kFsync;
  write_options_.disableWAL = options_.durability == Durability::kNone;
  for (const Space space : options_.unguarded_spaces) unguarded_.set(space);
  check_format_version();
}

RocksStore::~RocksStore() {
  // Rows in memory that are in no log: closing does not write them out after a failure.
  if (!write_options_.disableWAL) return;
  if (*failed_) db_->Resume().PermitUncheckedError();
  db_->Flush({}).PermitUncheckedError();
}

void RocksStore::check_format_version() {
  const std::string key = whole_key(kEngineSpace, kFormatVersionKey);
  const auto version = get_row(*db_, key);
  if (version == kFormatVersion) return;
  if (version) {
    throw StorageError(fmt::format(
        "{} has data of format version {}; this cumulite knows version {} only. Use the version "
        "that wrote it, or another directory",
        options_.directory, *version, kFormatVersion));
  }
  if (!get_range(*db_, nullptr, {"", std::string(1, '\xFF')}, {.limit = 1}).rows.empty()) {
    throw StorageError(
        fmt::format("{} has data without a format version: it is not cumulite's, or damaged",
                    options_.directory));
  }
  throw_unless_ok(db_->Put(write_options_, key, std::string(kFormatVersion)),
                  "writing the format version");
}

std::vector<std::optional<std::string>> RocksStore::get_many(
    Space space, const std::vector<std::string>& keys) const {
  const Fence::Pass pass(fence_);
  std::vector<std::string> whole;
  whole.reserve(keys.size());
  for (const std::string& key : keys) whole.push_back(whole_key(space, key));
  return get_rows(*db_, whole);
}

std::uint64_t RocksStore::bytes_on_disk() const {
  const Fence::Pass pass(fence_);
  std::uint64_t tables = 0;
  std::uint64_t memory = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &tables);
  db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
  return tables + memory;
}

void RocksStore::checkpoint(const std::string& directory) {
  const Fence::Pass pass(fence_);
  rocksdb::Checkpoint* made = nullptr;
  throw_unless_ok(rocksdb::Checkpoint::Create(db_.get(), &made), "preparing a checkpoint");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw StorageError(fmt::format("cannot create {}: {}", directory, error.message()));
  throw_unless_ok(checkpoint->CreateCheckpoint(rows_directory(directory)), "writing a checkpoint");
}

void RocksStore::replace(const Exchange& exchange) {
  db_.reset();
  try {
    exchange.apply();
    db_ = open_database(options_, failed_);
    check_format_version();
  } catch (const std::exception& failure) {
    db_.reset();
    exchange.revert();
    db_ = open_database(options_, failed_);
    throw StorageError(fmt::format("the rows could not be exchanged: {}", failure.what()));
  }
  *failed_ = false;
  is_log_torn_ = false;
  room_bytes_ = 0;
}

void RocksStore::run(const Domains& domains, const std::function<bool(Txn&)>& body) {
  std::vector<std::string> topics;
  if (!run_locked(domains, body, topics) || !options_.on_notify) return;
  for (const std::string& topic : topics) options_.on_notify(topic);
}

bool RocksStore::run_locked(const Domains& domains, const std::function<bool(Txn&)>& body,
                            std::vector<std::string>& topics) {
  const NestingCheck nesting(this);
  const Fence::Pass pass(fence_);
  const LockTable::Guard guard = locks_.lock(domains);
  RocksTransaction txn(*db_, domains, unguarded_);
  try {
    if (!body(txn)) {
      txn.run_abort_actions();
      return false;
    }
    if (txn.has_writes()) write(txn);
  } catch (...) {
    txn.run_abort_actions();
    throw;
  }
  txn.run_commit_actions();
  topics = txn.take_topics();
  return true;
}

void RocksStore::write(const RocksTransaction& txn) {
  require_room(txn.size_bytes());
  rocksdb::WriteBatch batch(txn.size_bytes() + 256);
  txn.fill(batch);
  rocksdb::Status status = db_->Write(write_options_, &batch);
  if (!status.ok()) {
    // The reason is often an older one: RocksDB refuses all writes after a failure until Resume.
    if (status.ToString().find(".log") != std::string::npos) is_log_torn_ = true;
    *failed_ = true;
    room_bytes_ = 0;
    require_room(txn.size_bytes());
    status = db_->Write(write_options_, &batch);
  }
  throw_unless_ok(status, "committing a transaction");
}

void RocksStore::require_room(std::size_t size_bytes) {
  // Read and written without order between threads: a budget that is slightly off does no harm.
  const auto bytes = static_cast<std::int64_t>(size_bytes);
  if (room_bytes_.fetch_sub(bytes, std::memory_order_relaxed) >= bytes) return;
  std::uint64_t in_memory = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &in_memory);
  if (free_bytes(rows_directory(options_.directory)) <
      in_memory + size_bytes + kFreeBelowRowsBytes) {
    room_bytes_ = 0;
    throw OutOfSpace("committing a transaction: the disk is full");
  }
  if (*failed_) recover();
  room_bytes_ = kSpaceCheckBytes;
}

// Writes out the rows in memory and starts a new log, or lets compaction go on.
void RocksStore::recover() {
  const std::lock_guard<std::mutex> one_at_a_time(recovery_mutex_);
  if (!failed_->exchange(false)) return;
  std::uint64_t rows_in_memory = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kNumEntriesActiveMemTable, &rows_in_memory);
  // RocksDB 7.8 keeps the torn log when there is nothing to write out, and its next write stops the
  // process by an assertion. This takes another program that fills the disk within the budget, and
  // just when a log was begun.
  if (is_log_torn_ && rows_in_memory == 0) {
    *failed_ = true;
    throw OutOfSpace("the disk was full at the start of a log: restart cumulite to write again");
  }
  const rocksdb::Status status = db_->Resume();
  if (!status.ok()) *failed_ = true;
  throw_unless_ok(status, "resuming after a failed write");
  is_log_torn_ = false;
}

}  // namespace

ReplaceableRows& replaceable(Store& store) {
  return dynamic_cast<ReplaceableRows&>(store);
}

std::unique_ptr<Reader> open_view(const Store& store) {
  return dynamic_cast<const ViewableRows&>(store).view();
}

std::unique_ptr<Store> open_rocksdb_store(StoreOptions options) {
  return std::make_unique<RocksStore>(std::move(options));
}

}  // namespace cumulite::storage
