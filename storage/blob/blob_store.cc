#include "storage/blob/blob_store.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "storage/blob/blob_directory.h"
#include "storage/blob/replaceable.h"
#include "storage/blob/spool.h"
#include "storage/kv/key_codec.h"

namespace cumulite::storage {
namespace {

// Rows of the space. An inline blob's row is its bytes, so reading one costs one get.
constexpr std::string_view kInlinePrefix = "i";  // + id -> the bytes
constexpr std::string_view kFilePrefix = "f";    // + id -> size
constexpr std::string_view kFileBytesKey = "n";  // counter: sizes of all files
constexpr std::string_view kEpochKey = "e";      // how often the store was opened
constexpr std::string_view kClosedKey = "c";     // boot id under which it was closed in order

// An id is the epoch and a number within it: unique across restarts with one small write at open
// and none afterwards. 2^40 blobs a run, 2^24 runs.
constexpr int kSequenceBits = 40;

std::string row_key(std::string_view prefix, std::uint64_t id) {
  std::string key(prefix);
  append_u64(key, id);
  return key;
}

std::string key_of(const BlobRef& blob) {
  return row_key(blob.in_file ? kFilePrefix : kInlinePrefix, blob.id);
}

// Tells whether the machine was restarted since; empty where the system does not say.
std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

[[noreturn]] void throw_not_found(const BlobRef& blob) {
  throw BlobNotFound(fmt::format("there is no blob {:016x}", blob.id));
}

class InlineReader final : public BlobReader {
 public:
  InlineReader(std::string bytes, std::uint64_t offset, std::uint64_t length)
      : bytes_(std::move(bytes)), rest_(std::string_view(bytes_).substr(offset, length)) {}

  std::size_t read(char* data, std::size_t size) override {
    const std::size_t given = std::min(size, rest_.size());
    std::memcpy(data, rest_.data(), given);
    rest_.remove_prefix(given);
    return given;
  }

 private:
  std::string bytes_;
  std::string_view rest_;
};

class FileReader final : public BlobReader {
 public:
  FileReader(File file, std::uint64_t offset, std::uint64_t length)
      : file_(std::move(file)), offset_(offset), rest_(length) {}

  std::size_t read(char* data, std::size_t size) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, rest_));
    const std::size_t got = file_.read_at(offset_, data, wanted);
    if (got < wanted) throw StorageError("a blob's file is shorter than the blob");
    offset_ += got;
    rest_ -= got;
    return got;
  }

 private:
  File file_;
  std::uint64_t offset_;
  std::uint64_t rest_;
};

class FileBlobStore final : public BlobStore, public ReplaceableBlobs {
 public:
  FileBlobStore(Store& store, Space space, const std::string& directory, Durability durability);
  ~FileBlobStore() override;

  std::unique_ptr<Spool> make_spool() override {
    return std::make_unique<BodySpool>(directory_, [this] { return next_id(); });
  }

  void prepare(Spool& spool) override { static_cast<BodySpool&>(spool).prepare(); }

  BlobRef adopt(Txn& txn, Spool& spool) override;
  BlobRef put_inline(Txn& txn, std::string_view bytes) override;
  void release(Txn& txn, const BlobRef& blob) override;
  BlobRef duplicate(Txn& txn, const BlobRef& blob) override;
  std::unique_ptr<BlobReader> open(const BlobRef& blob, std::uint64_t offset,
                                   std::uint64_t length) override;
  std::string read_all(const BlobRef& blob, std::size_t bytes_max) override;

  void clear() override;

  void link_all(const std::string& directory) override;
  void replaced() override;

  void link_to(const BlobRef& blob, const std::string& path) override {
    directory_.link_to(blob.id, path);
  }

  BlobRef adopt_file(Txn& txn, const std::string& path, std::uint64_t size_bytes) override;

  std::uint64_t bytes_on_disk() const override {
    return static_cast<std::uint64_t>(store_.counter(space_, kFileBytesKey));
  }

 private:
  /// Takes the next epoch; true if the last run ended in order and left nothing to sweep.
  bool begin_epoch();
  void sweep();

  std::uint64_t next_id() { return epoch_.load() << kSequenceBits | ++sequence_; }

  void put_file_row(Txn& txn, const BlobRef& blob);

  Store& store_;
  Space space_;
  Durability durability_;
  BlobDirectory directory_;
  std::atomic<std::uint64_t> epoch_ = 0;
  std::atomic<std::uint64_t> sequence_ = 0;
};

FileBlobStore::FileBlobStore(Store& store, Space space, const std::string& directory,
                             Durability durability)
    : store_(store),
      space_(space),
      durability_(durability),
      directory_(directory, durability == Durability::kFsync) {
  if (!begin_epoch()) sweep();
}

FileBlobStore::~FileBlobStore() {
  // Without a log a later kill would bring this mark back although files have come and gone.
  if (durability_ == Durability::kNone) return;
  try {
    store_.transact({Domain::exclusive_on(space_, kClosedKey)},
                    [&](Txn& txn) { txn.put(space_, kClosedKey, boot_id()); });
  } catch (const StorageError&) {
    // Without the mark the next open sweeps, which is only slower.
  }
}

bool FileBlobStore::begin_epoch() {
  const Domains domains = {Domain::exclusive_on(space_, kEpochKey),
                           Domain::exclusive_on(space_, kClosedKey)};
  bool closed_in_order = false;
  store_.transact(domains, [&](Txn& txn) {
    std::uint64_t last = 0;
    if (const auto row = txn.get(space_, kEpochKey)) {
      std::string_view bytes = *row;
      last = take_u64(bytes).value_or(0);
    }
    // After an exchange of the rows, also above what was given out before it.
    epoch_ = std::max(last, epoch_.load()) + 1;
    std::string value;
    append_u64(value, epoch_);
    txn.put(space_, kEpochKey, value);
    // The mark counts only within one boot: power loss may have undone its removal.
    const auto closed = txn.get(space_, kClosedKey);
    closed_in_order = closed && !closed->empty() && *closed == boot_id();
    if (closed) txn.del(space_, kClosedKey);
  });
  return closed_in_order;
}

// Both lists are in order of ids, so one pass over them finds the files without a row.
void FileBlobStore::sweep() {
  const std::vector<std::uint64_t> files = directory_.ids();
  auto file = files.begin();
  std::string from(kFilePrefix);
  bool more = true;
  while (file != files.end()) {
    Page page;
    if (more) page = store_.range(space_, from, prefix_end(kFilePrefix), {.limit = 10'000});
    more = page.more;
    for (const KeyValue& row : page.rows) {
      std::string_view rest = std::string_view(row.key).substr(kFilePrefix.size());
      const std::uint64_t id = take_u64(rest).value_or(0);
      for (; file != files.end() && *file < id; ++file) directory_.remove(*file);
      if (file != files.end() && *file == id) ++file;
    }
    if (more) {
      from = page.rows.back().key + '\0';
    } else {
      for (; file != files.end(); ++file) directory_.remove(*file);
    }
  }
}

void FileBlobStore::put_file_row(Txn& txn, const BlobRef& blob) {
  std::string size;
  append_u64(size, blob.size_bytes);
  txn.put(space_, key_of(blob), size);
  txn.add(space_, kFileBytesKey, static_cast<std::int64_t>(blob.size_bytes));
}

BlobRef FileBlobStore::adopt(Txn& txn, Spool& spool) {
  auto& body = static_cast<BodySpool&>(spool);
  if (const auto bytes = body.memory()) return put_inline(txn, *bytes);
  body.prepare();
  const std::shared_ptr<SpoolFile> file = body.file();
  const BlobRef blob{file->id(), body.size_bytes(), true};
  put_file_row(txn, blob);
  txn.on_commit([file] { file->adopted(); });
  return blob;
}

BlobRef FileBlobStore::put_inline(Txn& txn, std::string_view bytes) {
  assert(bytes.size() <= kInlineBytesMax);
  if (bytes.empty()) return {};
  const BlobRef blob{next_id(), bytes.size(), false};
  txn.put(space_, key_of(blob), bytes);
  return blob;
}

void FileBlobStore::release(Txn& txn, const BlobRef& blob) {
  if (blob.id == 0) return;
  txn.del(space_, key_of(blob));
  if (!blob.in_file) return;
  txn.add(space_, kFileBytesKey, -static_cast<std::int64_t>(blob.size_bytes));
  txn.on_commit([this, id = blob.id] { directory_.remove(id); });
}

BlobRef FileBlobStore::duplicate(Txn& txn, const BlobRef& blob) {
  if (blob.id == 0) return {};
  const BlobRef twin{next_id(), blob.size_bytes, blob.in_file};
  if (!blob.in_file) {
    const auto bytes = txn.get(space_, key_of(blob));
    if (!bytes) throw_not_found(blob);
    txn.put(space_, key_of(twin), *bytes);
    return twin;
  }
  directory_.duplicate(blob.id, twin.id);
  txn.on_abort([this, id = twin.id] { directory_.remove(id); });
  put_file_row(txn, twin);
  return twin;
}

void FileBlobStore::clear() {
  // Files first listed, then their rows dropped: a body adopted meanwhile keeps its file.
  const std::vector<std::uint64_t> files = directory_.ids();
  store_.transact(
      {Domain::exclusive_on(space_, kFilePrefix), Domain::exclusive_on(space_, kInlinePrefix)},
      [&](Txn& txn) {
        for (const std::string_view prefix : {kFilePrefix, kInlinePrefix}) {
          txn.del_range(space_, prefix, prefix_end(prefix));
        }
        txn.add(space_, kFileBytesKey, -txn.counter(space_, kFileBytesKey));
      });
  for (const std::uint64_t id : files) directory_.remove(id);
}

void FileBlobStore::link_all(const std::string& directory) {
  // Nothing but the names is new; the caller syncs the folders once, where that is asked for.
  BlobDirectory copy(directory, false);
  for (const std::uint64_t id : directory_.ids()) copy.link_from(directory_.path_of(id), id);
}

void FileBlobStore::replaced() {
  directory_.forget();
  begin_epoch();
}

BlobRef FileBlobStore::adopt_file(Txn& txn, const std::string& path, std::uint64_t size_bytes) {
  const BlobRef blob{next_id(), size_bytes, true};
  directory_.link_from(path, blob.id);
  txn.on_abort([this, id = blob.id] { directory_.remove(id); });
  put_file_row(txn, blob);
  return blob;
}

std::unique_ptr<BlobReader> FileBlobStore::open(const BlobRef& blob, std::uint64_t offset,
                                                std::uint64_t length) {
  offset = std::min(offset, blob.size_bytes);
  length = std::min(length, blob.size_bytes - offset);
  if (blob.in_file) {
    File file = directory_.open(blob.id);
    if (!file.is_open()) throw_not_found(blob);
    return std::make_unique<FileReader>(std::move(file), offset, length);
  }
  return std::make_unique<InlineReader>(read_all(blob, kInlineBytesMax), offset, length);
}

std::string FileBlobStore::read_all(const BlobRef& blob, std::size_t bytes_max) {
  if (blob.id == 0) return {};
  if (!blob.in_file) {
    auto bytes = store_.get(space_, key_of(blob));
    if (!bytes) throw_not_found(blob);
    return std::move(*bytes);
  }
  if (blob.size_bytes > bytes_max) {
    throw TooLarge(fmt::format("blob of {} bytes exceeds {}", blob.size_bytes, bytes_max));
  }
  std::string bytes(static_cast<std::size_t>(blob.size_bytes), '\0');
  open(blob, 0, blob.size_bytes)->read(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace

ReplaceableBlobs& replaceable(BlobStore& blobs) {
  return dynamic_cast<ReplaceableBlobs&>(blobs);
}

std::unique_ptr<BlobStore> open_blob_store(Store& store, Space space, const std::string& directory,
                                           Durability durability) {
  return std::make_unique<FileBlobStore>(store, space, directory, durability);
}

}  // namespace cumulite::storage
