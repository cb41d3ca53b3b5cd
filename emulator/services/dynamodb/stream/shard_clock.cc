#include "emulator/services/dynamodb/stream/shard_clock.h"

#include <string>
#include <string_view>

#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/stream/stream_rows.h"

namespace cumulite::dynamodb::stream {
namespace {

constexpr std::string_view kRollKind = "dynamodb.shards";

DueRow roll_row(const Table& table, std::int64_t due_ms) {
  DueRow out;
  out.account = table.account;
  out.due_ms = due_ms;
  out.kind = std::string(kRollKind);
  out.id = state_row(table.account, table.region, table.stream_number);
  out.payload = keys::table_row(table.account, table.region, table.name());
  return out;
}

struct Rolled {
  bool ok() const { return true; }
};

void roll(Database& db, const DueRow& due) {
  while (true) {
    const TablePtr table = db.catalog().find(due.payload);
    const bool is_open = table != nullptr && table->streams() &&
                         state_row(table->account, table->region, table->stream_number) == due.id;
    if (!is_open) {
      db.env().store.transact({}, [&](storage::Txn& txn) { db.env().due.remove(txn, due); });
      return;
    }
    const auto done =
        transact_on(db, {due.payload, table}, {domain(*table)}, [&](storage::Txn& txn) {
          db.env().due.remove(txn, due);
          // The time at which it was due: a clock that jumped leaves the shards that there would
          // be.
          if (const auto next_ms = roll_old_shards(txn, *table, due.due_ms)) {
            db.env().due.schedule(txn, roll_row(*table, *next_ms));
          }
          return Rolled{};
        });
    if (done) return;
  }
}

}  // namespace

void schedule_rolls(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  db.env().due.schedule(txn, roll_row(table, now_ms + kShardLifetimeMs));
}

void register_rolls(Database& db) {
  db.env().due.register_kind(std::string(kRollKind),
                             [&db](const DueRow& due, std::int64_t) { roll(db, due); });
}

}  // namespace cumulite::dynamodb::stream
