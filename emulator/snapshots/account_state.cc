#include "emulator/snapshots/account_state.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/core/spaces.h"
#include "emulator/events/captured.h"
#include "emulator/events/outbox_rows.h"
#include "storage/blob/blob_ref.h"
#include "storage/blob/replaceable.h"
#include "storage/kv/key_codec.h"

namespace cumulite::snapshots {
namespace {

using storage::BlobRef;
using storage::KeyValue;
using storage::Space;

constexpr std::string_view kMagic = "cumulite account 1\n";
constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kBytesAtOnce = 1024 * 1024;

/// A range and who knows what its rows name; null for rows that name no bodies.
struct Section {
  RowRange range;
  SnapshotPart* part = nullptr;
};

/// Events lie by kind, not by account: each is a range of its own.
void add_events(const Environment& env, std::string_view account, std::vector<Section>& sections) {
  std::string from;
  for (bool more = true; more;) {
    const auto page = env.store.range(spaces::kOutbox, from, {}, {.limit = kRowsAtOnce});
    for (const auto& row : page.rows) {
      from = row.key + '\0';
      const auto parsed = outbox_rows::parse(row.key);
      if (!parsed || !parsed->is_first) continue;
      const auto event = outbox_rows::get(env.store, parsed->kind, parsed->sequence);
      if (!event || event->account != account) continue;
      sections.push_back({RowRange::below(spaces::kOutbox, row.key), nullptr});
    }
    more = page.more && !page.rows.empty();
  }
}

/// In an order in which what leads to other ranges comes first.
std::vector<Section> sections_of(Environment& env, std::string_view account) {
  std::vector<Section> sections;
  for (const auto& part : env.admin.parts()) {
    for (RowRange& range : part->rows_of(account))
      sections.push_back({std::move(range), part.get()});
  }
  std::string due;
  storage::append_part(due, account);
  sections.push_back({RowRange::below(spaces::kDue, due), nullptr});
  sections.push_back({Captured::rows_of(account), nullptr});
  sections.push_back({DeliveryCounts::rows_of(account), nullptr});
  add_events(env, account, sections);
  return sections;
}

void append_text(std::string& bytes, std::string_view text) {
  storage::append_u32(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

/// A record: how long it is, then space, key, value, and the bodies: reference and, of an inline
/// one, the bytes.
std::string record_of(storage::BlobStore& blobs, const RowRange& range, const KeyValue& row,
                      const std::vector<BlobRef>& bodies) {
  std::string bytes(1, static_cast<char>(range.space));
  append_text(bytes, row.key);
  append_text(bytes, row.value);
  for (const BlobRef& blob : bodies) {
    if (blob.id == 0) continue;
    bytes += blob.encode();
    if (!blob.in_file) append_text(bytes, blobs.read_all(blob));
  }
  std::string whole;
  append_text(whole, bytes);
  return whole;
}

std::string body_path(const std::string& directory, const BlobRef& blob) {
  return fmt::format("{}/bodies/{:016x}", directory, blob.id);
}

/// Calls visit(row) for the rows of the range.
template <class Visit>
void each_row(const storage::Reader& reader, const RowRange& range, Visit&& visit) {
  std::string from = range.from;
  for (bool more = true; more;) {
    const auto page = reader.range(range.space, from, range.to,
                                   {.limit = kRowsAtOnce, .bytes_max = kBytesAtOnce});
    for (const auto& row : page.rows) {
      visit(row);
      from = row.key + '\0';
    }
    more = page.more && !page.rows.empty();
  }
}

/// One record of the file, taken apart.
struct Record {
  Space space = 0;
  std::string_view key;
  std::string value;
  std::vector<std::pair<BlobRef, std::string_view>> bodies;  ///< With the bytes of inline ones.
};

[[noreturn]] void throw_damaged() {
  throw storage::StorageError("the snapshot's file of rows is damaged");
}

std::string_view take_text(std::string_view& bytes) {
  const auto size = storage::take_u32(bytes);
  if (!size || bytes.size() < *size) throw_damaged();
  const std::string_view text = bytes.substr(0, *size);
  bytes.remove_prefix(*size);
  return text;
}

Record parse_record(std::string_view bytes) {
  if (bytes.empty()) throw_damaged();
  Record record;
  record.space = static_cast<Space>(static_cast<unsigned char>(bytes.front()));
  bytes.remove_prefix(1);
  record.key = take_text(bytes);
  record.value = take_text(bytes);
  while (!bytes.empty()) {
    const auto blob = storage::take_blob_ref(bytes);
    if (!blob) throw_damaged();
    record.bodies.emplace_back(*blob, blob->in_file ? std::string_view{} : take_text(bytes));
  }
  return record;
}

std::optional<std::string> next_record(std::ifstream& file) {
  std::string head(4, '\0');
  file.read(head.data(), 4);
  if (file.eof() && file.gcount() == 0) return std::nullopt;
  std::string_view rest = head;
  const auto size = storage::take_u32(rest);
  if (!file || !size || *size > storage::kTransactionBytesMax) throw_damaged();
  std::string record(*size, '\0');
  file.read(record.data(), static_cast<std::streamsize>(record.size()));
  if (!file) throw_damaged();
  return record;
}

/// Calls visit(record) for what the file holds, in order.
template <class Visit>
void each_record(const std::string& directory, Visit&& visit) {
  std::ifstream file(directory + "/rows", std::ios::binary);
  std::string magic(kMagic.size(), '\0');
  file.read(magic.data(), static_cast<std::streamsize>(magic.size()));
  if (!file || magic != kMagic) throw_damaged();
  while (auto record = next_record(file)) visit(*record);
}

/// Writes the rows of the file in transactions of bounded size.
class Restorer {
 public:
  Restorer(Environment& env, std::string directory) : env_(env), directory_(std::move(directory)) {
    for (int space = 0; space < 255; ++space) {
      domains_.push_back(storage::Domain::exclusive_on(static_cast<Space>(space), {}));
    }
  }

  void drop(const Section& section) {
    for (bool more = true; more;) {
      env_.store.transact(domains_, [&](storage::Txn& txn) {
        const RowRange& range = section.range;
        const auto page = txn.range(range.space, range.from, range.to,
                                    {.limit = kRowsAtOnce, .bytes_max = kBytesAtOnce});
        for (const auto& row : page.rows) {
          if (section.part != nullptr) release(txn, section.part->bodies_of(range, row));
          txn.del(range.space, row.key);
        }
        more = page.more && !page.rows.empty();
      });
    }
  }

  void put_all() {
    std::vector<std::string> batch;
    std::size_t batch_bytes = 0;
    each_record(directory_, [&](std::string& record) {
      batch_bytes += record.size();
      batch.push_back(std::move(record));
      if (batch.size() < kRowsAtOnce && batch_bytes < kBytesAtOnce) return;
      put(batch);
      batch.clear();
      batch_bytes = 0;
    });
    put(batch);
  }

 private:
  void release(storage::Txn& txn, const std::vector<BlobRef>& bodies) {
    for (const BlobRef& blob : bodies) env_.blobs.release(txn, blob);
  }

  void put(const std::vector<std::string>& batch) {
    if (batch.empty()) return;
    env_.store.transact(domains_, [&](storage::Txn& txn) {
      for (const std::string& bytes : batch) {
        Record record = parse_record(bytes);
        for (const auto& [blob, inline_bytes] : record.bodies) {
          rename_body(record.value, blob, adopt(txn, blob, inline_bytes));
        }
        txn.put(record.space, record.key, record.value);
      }
    });
  }

  BlobRef adopt(storage::Txn& txn, const BlobRef& blob, std::string_view bytes) {
    if (!blob.in_file) return env_.blobs.put_inline(txn, bytes);
    return storage::replaceable(env_.blobs)
        .adopt_file(txn, body_path(directory_, blob), blob.size_bytes);
  }

  static void rename_body(std::string& value, const BlobRef& from, const BlobRef& to) {
    const std::string old = from.encode();
    const auto at = value.find(old);
    if (at == std::string::npos) throw_damaged();
    value.replace(at, old.size(), to.encode());
  }

  Environment& env_;
  std::string directory_;
  storage::Domains domains_;
};

}  // namespace

void save_account(Environment& env, std::string_view account, const std::string& directory) {
  std::filesystem::create_directories(directory + "/bodies");
  std::ofstream file(directory + "/rows", std::ios::binary);
  file << kMagic;
  for (const Section& section : sections_of(env, account)) {
    each_row(env.store, section.range, [&](const KeyValue& row) {
      std::vector<BlobRef> bodies;
      if (section.part != nullptr) bodies = section.part->bodies_of(section.range, row);
      for (const BlobRef& blob : bodies) {
        if (blob.id == 0 || !blob.in_file) continue;
        storage::replaceable(env.blobs).link_to(blob, body_path(directory, blob));
      }
      file << record_of(env.blobs, section.range, row, bodies);
    });
  }
  file.close();
  if (!file) throw storage::OutOfSpace("writing the rows of a snapshot failed");
}

void check_account(const std::string& directory) {
  each_record(directory, [&](const std::string& bytes) {
    const Record record = parse_record(bytes);
    for (const auto& [blob, inline_bytes] : record.bodies) {
      if (record.value.find(blob.encode()) == std::string::npos) throw_damaged();
      if (!blob.in_file) continue;
      std::error_code error;
      const auto size = std::filesystem::file_size(body_path(directory, blob), error);
      if (error || size != blob.size_bytes) throw_damaged();
    }
  });
}

void restore_account(Environment& env, std::string_view account, const std::string& directory) {
  Restorer restorer(env, directory);
  // Backwards, so that what leads to other ranges goes last: done again after a kill, it still
  // finds them.
  const auto sections = sections_of(env, account);
  for (auto section = sections.rbegin(); section != sections.rend(); ++section) {
    restorer.drop(*section);
  }
  restorer.put_all();
}

}  // namespace cumulite::snapshots
