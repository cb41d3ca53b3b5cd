#include "emulator/services/dynamodb/backup/change_log.h"

#include <algorithm>
#include <utility>

#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr storage::Space kLog = spaces::kDynamoDbIndexes;
constexpr std::string_view kTrimKind = "dynamodb.log";
constexpr std::int64_t kLatestRestorableMs = 5 * kMinuteMs;
constexpr std::size_t kPageRows = 1'000;
constexpr std::size_t kPageBytes = 1024 * 1024;
constexpr std::size_t kTimeBytes = 8;

std::string log_row(const Table& table, std::string_view item_row, std::int64_t ms) {
  std::string row = keys::log_prefix(table);
  row += item_row.substr(table.row_prefix.size());
  storage::append_i64(row, ms);
  return row;
}

/// The moment of a transaction: one for all its items, so that no restore sees a part of it, and
/// read while it holds its domains, so that of two transactions on one item the later one has no
/// earlier moment. The time at which its request came would promise neither.
std::int64_t moment_of(Database& db, storage::Txn& txn, const std::string& account) {
  thread_local const storage::Txn* current = nullptr;
  thread_local std::int64_t moment_ms = 0;
  if (current == &txn) return moment_ms;
  current = &txn;
  moment_ms = db.env().clock.now_ms(account);
  // The next transaction of this thread may stand at the same address.
  txn.on_commit([] { current = nullptr; });
  txn.on_abort([] { current = nullptr; });
  return moment_ms;
}

/// Rows of a prefix, page by page.
class Cursor {
 public:
  Cursor(const storage::Reader& reader, storage::Space space, std::string prefix)
      : reader_(reader), space_(space), to_(storage::prefix_end(prefix)), from_(std::move(prefix)) {
    read();
  }

  /// Null at the end.
  const storage::KeyValue* current() const {
    return at_ < page_.rows.size() ? &page_.rows[at_] : nullptr;
  }

  void next() {
    ++at_;
    if (at_ < page_.rows.size() || !page_.more) return;
    from_ = page_.rows.back().key + '\0';
    read();
  }

 private:
  void read() {
    page_ = reader_.range(space_, from_, to_, {.limit = kPageRows, .bytes_max = kPageBytes});
    at_ = 0;
  }

  const storage::Reader& reader_;
  storage::Space space_;
  std::string to_;
  std::string from_;
  storage::Page page_;
  std::size_t at_ = 0;
};

/// One item's row and log: what it is, and what it was until when.
struct History {
  std::optional<std::string> current;
  std::vector<std::pair<std::int64_t, std::string>> until;  ///< Empty text: there was no item.

  /// The image that the item had before everything written at or after `ms`.
  std::optional<std::string> before(std::int64_t ms) const {
    for (const auto& [written_ms, image] : until) {
      if (written_ms < ms) continue;
      if (image.empty()) return std::nullopt;
      return image;
    }
    return current;
  }
};

/// Walks items and log side by side, in the order of the items' rows.
void visit_histories(const storage::Reader& reader, const Table& table,
                     const std::function<void(const History&)>& visit) {
  Cursor items(reader, spaces::kDynamoDbItems, table.row_prefix);
  const std::string log_prefix = keys::log_prefix(table);
  Cursor log(reader, kLog, log_prefix);
  const auto item_part = [&](const storage::KeyValue& row) {
    return std::string_view(row.key).substr(table.row_prefix.size());
  };
  const auto log_part = [&](const storage::KeyValue& row) {
    const std::size_t size = row.key.size() - log_prefix.size() - kTimeBytes;
    return std::string_view(row.key).substr(log_prefix.size(), size);
  };
  while (items.current() != nullptr || log.current() != nullptr) {
    std::string part;
    if (items.current() == nullptr) {
      part = log_part(*log.current());
    } else if (log.current() == nullptr) {
      part = item_part(*items.current());
    } else {
      part = std::min(item_part(*items.current()), log_part(*log.current()));
    }
    History history;
    if (items.current() != nullptr && item_part(*items.current()) == part) {
      history.current = items.current()->value;
      items.next();
    }
    while (log.current() != nullptr && log_part(*log.current()) == part) {
      std::string_view time = log.current()->key;
      time.remove_prefix(time.size() - kTimeBytes);
      history.until.emplace_back(storage::take_i64(time).value_or(0), log.current()->value);
      log.next();
    }
    visit(history);
  }
}

/// One step of trimming: drops what is older than the recovery's reach; the next step's first row.
std::optional<std::string> trim_step(storage::Txn& txn, const Table& table, const std::string& from,
                                     std::int64_t earliest_ms) {
  const auto page = txn.range(kLog, from, storage::prefix_end(keys::log_prefix(table)),
                              {.limit = kPageRows, .bytes_max = kPageBytes});
  for (const auto& row : page.rows) {
    std::string_view time = row.key;
    time.remove_prefix(time.size() - kTimeBytes);
    if (storage::take_i64(time).value_or(0) <= earliest_ms) txn.del(kLog, row.key);
  }
  if (!page.more) return std::nullopt;
  return page.rows.back().key + '\0';
}

DueRow trim_row(const Table& table, std::int64_t due_ms) {
  DueRow out;
  out.account = table.account;
  out.due_ms = due_ms;
  out.kind = std::string(kTrimKind);
  out.id = table.row_prefix;
  out.payload = keys::table_row(table.account, table.region, table.name());
  return out;
}

void trim(Database& db, const DueRow& due, std::int64_t now_ms) {
  std::optional<std::string> from;
  while (true) {
    const TablePtr table = db.catalog().find(due.payload);
    // The table went, or came again under its name, or its recovery was turned off.
    if (table == nullptr || table->row_prefix != due.id || !table->recovery) {
      db.env().store.transact({}, [&](storage::Txn& txn) { db.env().due.remove(txn, due); });
      return;
    }
    bool done = false;
    db.env().store.transact(table_domains(*table), [&](storage::Txn& txn) {
      if (db.catalog().find(due.payload) != table) return;
      from = trim_step(txn, *table, from.value_or(keys::log_prefix(*table)),
                       earliest_restorable_ms(*table->recovery, now_ms));
      done = !from;
      if (!done) return;
      db.env().due.remove(txn, due);
      db.env().due.schedule(txn, trim_row(*table, due.due_ms + kDayMs));
    });
    if (done) return;
  }
}

}  // namespace

std::int64_t earliest_restorable_ms(const Recovery& recovery, std::int64_t now_ms) {
  return std::max(recovery.enabled_ms, now_ms - recovery.period_days * kDayMs);
}

std::int64_t latest_restorable_ms(const Recovery& recovery, std::int64_t now_ms) {
  return std::max(recovery.enabled_ms, now_ms - kLatestRestorableMs);
}

void log_change(Database& db, storage::Txn& txn, const Table& table, const Change& change) {
  if (change.before && change.after && equal(*change.before, *change.after)) return;
  const std::string row = log_row(table, change.row, moment_of(db, txn, table.account));
  if (txn.get(kLog, row)) return;
  txn.put(kLog, row,
          change.before ? encode_item(*change.before, change.before_size) : std::string{});
}

void drop_log(storage::Txn& txn, const Table& table) {
  const std::string prefix = keys::log_prefix(table);
  txn.del_range(kLog, prefix, storage::prefix_end(prefix));
}

void visit_items(const storage::Reader& reader, const Table& table,
                 std::optional<std::int64_t> at_ms,
                 const std::function<void(std::string_view encoded)>& visit) {
  if (!at_ms) {
    for (Cursor items(reader, spaces::kDynamoDbItems, table.row_prefix); items.current() != nullptr;
         items.next()) {
      visit(items.current()->value);
    }
    return;
  }
  visit_histories(reader, table, [&](const History& history) {
    if (const auto image = history.before(*at_ms + 1)) visit(*image);
  });
}

void visit_changes(const storage::Reader& reader, const Table& table, std::int64_t from_ms,
                   std::int64_t to_ms, const std::function<void(const ItemChange&)>& visit) {
  visit_histories(reader, table, [&](const History& history) {
    ItemChange change;
    bool written = false;
    for (const auto& [ms, image] : history.until) {
      if (!image.empty()) change.key_image = image;
      if (ms < from_ms || ms >= to_ms) continue;
      written = true;
      change.written_ms = ms;
    }
    if (!written) return;
    change.old_image = history.before(from_ms);
    change.new_image = history.before(to_ms);
    if (history.current) change.key_image = *history.current;
    if (!change.key_image.empty()) visit(change);
  });
}

void schedule_log_trim(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  db.env().due.schedule(txn, trim_row(table, now_ms + kDayMs));
}

void register_log_trim(Database& db) {
  db.env().due.register_kind(std::string(kTrimKind), [&db](const DueRow& due, std::int64_t now_ms) {
    trim(db, due, now_ms);
  });
}

}  // namespace cumulite::dynamodb
