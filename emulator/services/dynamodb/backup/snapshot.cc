#include "emulator/services/dynamodb/backup/snapshot.h"

#include <algorithm>
#include <cstring>

#include "emulator/services/dynamodb/backup/change_log.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/view.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr std::size_t kLengthBytes = 4;

}  // namespace

std::unique_ptr<storage::Reader> view_table(Database& db, const TableRef& ref) {
  std::unique_ptr<storage::Reader> view;
  // Alone on the table for this moment only: whoever was writing has committed, and with a time no
  // later than now.
  db.env().store.transact(table_domains(*ref.table), [&](storage::Txn&) {
    if (db.catalog().find(ref.row) == ref.table) view = storage::open_view(db.env().store);
  });
  return view;
}

void append_frame(storage::Spool& spool, std::string_view bytes) {
  std::string frame;
  frame.reserve(bytes.size() + kLengthBytes);
  storage::append_u32(frame, static_cast<std::uint32_t>(bytes.size()));
  frame += bytes;
  spool.append(frame);
}

SnapshotTotals write_snapshot(const storage::Reader& reader, const Table& table,
                              std::optional<std::int64_t> at_ms, storage::Spool& spool) {
  SnapshotTotals totals;
  visit_items(reader, table, at_ms, [&](std::string_view encoded) {
    append_frame(spool, encoded);
    ++totals.items;
    totals.bytes += static_cast<std::int64_t>(encoded_size_bytes(encoded));
  });
  return totals;
}

SnapshotReader::SnapshotReader(storage::BlobStore& blobs, const storage::BlobRef& blob)
    : reader_(blob.id == 0 ? nullptr : blobs.open(blob, 0, blob.size_bytes)) {}

bool SnapshotReader::read(char* data, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    if (at_ == buffer_.size()) {
      if (reader_ == nullptr) break;
      buffer_.resize(kBufferBytes);
      buffer_.resize(reader_->read(buffer_.data(), kBufferBytes));
      at_ = 0;
      if (buffer_.empty()) break;
    }
    const std::size_t part = std::min(size - filled, buffer_.size() - at_);
    std::memcpy(data + filled, buffer_.data() + at_, part);
    filled += part;
    at_ += part;
  }
  if (filled != 0 && filled < size) throw storage::StorageError("a snapshot is cut short");
  return filled == size;
}

std::optional<std::string> SnapshotReader::next() {
  std::string length(kLengthBytes, '\0');
  if (!read(length.data(), length.size())) return std::nullopt;
  std::string_view bytes = length;
  std::string frame(storage::take_u32(bytes).value_or(0), '\0');
  if (!frame.empty() && !read(frame.data(), frame.size())) {
    throw storage::StorageError("a snapshot is cut short");
  }
  return frame;
}

}  // namespace cumulite::dynamodb
