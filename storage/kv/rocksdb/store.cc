#include "storage/kv/store.h"

#include <sys/statvfs.h>

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

#include "storage/kv/lock_table.h"
#include "storage/kv/rocksdb/options.h"
#include "storage/kv/rocksdb/rows.h"
#include "storage/kv/rocksdb/status.h"
#include "storage/kv/rocksdb/transaction.h"

namespace cumulite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatVersion = "1";
constexpr std::string_view kFormatVersionKey = "format_version";
// What must be free beyond the rows in memory before a full store tries to write again.
constexpr std::uint64_t kRecoveryBytes = 1024 * 1024;

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

class RocksStore final : public Store {
 public:
  explicit RocksStore(StoreOptions options);

  std::optional<std::string> get(Space space, std::string_view key) const override {
    return get_row(*db_, whole_key(space, key));
  }

  std::vector<std::optional<std::string>> get_many(
      Space space, const std::vector<std::string>& keys) const override;

  Page range(Space space, std::string_view from, std::string_view to,
             const RangeOptions& options) const override {
    return get_range(*db_, nullptr, {whole_key(space, from), whole_end(space, to)}, options);
  }

  std::int64_t counter(Space space, std::string_view key) const override {
    return counter_of(get(space, key));
  }

  std::uint64_t bytes_on_disk() const override;
  void checkpoint(const std::string& directory) override;

 protected:
  void run(const Domains& domains, const std::function<bool(Txn&)>& body) override;

 private:
  void check_format_version();
  /// Runs the body under the locks and commits; false if the body refused.
  bool run_locked(const Domains& domains, const std::function<bool(Txn&)>& body,
                  std::vector<std::string>& topics);
  void write(const RocksTransaction& txn);
  void recover();

  StoreOptions options_;
  rocksdb::WriteOptions write_options_;
  UnguardedSpaces unguarded_;
  LockTable locks_;
  std::unique_ptr<rocksdb::DB> db_;
  /// A write failed below: the engine refuses writes until it is told to resume.
  std::atomic<bool> is_broken_ = false;
  std::mutex recovery_mutex_;
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

std::unique_ptr<rocksdb::DB> open_database(const StoreOptions& options) {
  const std::string directory = rows_directory(options.directory);
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    throw StorageError(fmt::format("cannot create {}: {}", directory, error.message()));
  }
  refuse_to_start_empty(directory);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(rocksdb_options(options), directory, &db);
  const std::string reason = status.ToString();
  if (status.IsIOError() && reason.find("/LOCK") != std::string::npos) {
    throw StorageError(fmt::format("{} is in use by another cumulite (or cannot be locked: {})",
                                   options.directory, reason));
  }
  throw_unless_ok(status, fmt::format("opening {}", directory));
  return std::unique_ptr<rocksdb::DB>(db);
}

RocksStore::RocksStore(StoreOptions options)
    : options_(std::move(options)), db_(open_database(options_)) {
  write_options_.sync = options_.durability == Durability::kFsync;
  write_options_.disableWAL = options_.durability == Durability::kNone;
  for (const Space space : options_.unguarded_spaces) unguarded_.set(space);
  check_format_version();
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
  std::vector<std::string> whole;
  whole.reserve(keys.size());
  for (const std::string& key : keys) whole.push_back(whole_key(space, key));
  return get_rows(*db_, whole);
}

std::uint64_t RocksStore::bytes_on_disk() const {
  std::uint64_t tables = 0;
  std::uint64_t memory = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &tables);
  db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
  return tables + memory;
}

void RocksStore::checkpoint(const std::string& directory) {
  rocksdb::Checkpoint* made = nullptr;
  throw_unless_ok(rocksdb::Checkpoint::Create(db_.get(), &made), "preparing a checkpoint");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw StorageError(fmt::format("cannot create {}: {}", directory, error.message()));
  throw_unless_ok(checkpoint->CreateCheckpoint(rows_directory(directory)), "writing a checkpoint");
}

void RocksStore::run(const Domains& domains, const std::function<bool(Txn&)>& body) {
  std::vector<std::string> topics;
  if (!run_locked(domains, body, topics) || !options_.on_notify) return;
  for (const std::string& topic : topics) options_.on_notify(topic);
}

bool RocksStore::run_locked(const Domains& domains, const std::function<bool(Txn&)>& body,
                            std::vector<std::string>& topics) {
  const NestingCheck nesting(this);
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
  if (is_broken_) recover();
  rocksdb::WriteBatch batch(txn.size_bytes() + 256);
  txn.fill(batch);
  const rocksdb::Status status = db_->Write(write_options_, &batch);
  if (!status.ok()) is_broken_ = true;
  throw_unless_ok(status, "committing a transaction");
}

// After a failed write RocksDB refuses all others until Resume, which writes out the rows in memory
// and starts a new log. On a disk that is still full that is expensive and vain, so look first.
void RocksStore::recover() {
  const std::lock_guard<std::mutex> one_at_a_time(recovery_mutex_);
  if (!is_broken_) return;
  std::uint64_t in_memory = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &in_memory);
  struct statvfs disk = {};
  if (::statvfs(rows_directory(options_.directory).c_str(), &disk) == 0 &&
      std::uint64_t{disk.f_bavail} * disk.f_frsize < in_memory + kRecoveryBytes) {
    throw OutOfSpace("committing a transaction: no space left on device");
  }
  const rocksdb::Status status = db_->Resume();
  // Busy: the engine is recovering on its own; the write that follows shows whether it did.
  if (!status.IsBusy()) throw_unless_ok(status, "resuming after a failed write");
  is_broken_ = false;
}

}  // namespace

std::unique_ptr<Store> open_rocksdb_store(StoreOptions options) {
  return std::make_unique<RocksStore>(std::move(options));
}

}  // namespace cumulite::storage
