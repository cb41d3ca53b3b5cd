#include "emulator/services/dynamodb/table/transition.h"

#include <algorithm>
#include <utility>

#include "emulator/core/admin_answer.h"
#include "emulator/core/admin_registry.h"
#include "emulator/services/dynamodb/global/strong_group.h"
#include "emulator/services/dynamodb/table/encryption.h"
#include "emulator/services/dynamodb/table/erase_table.h"
#include "emulator/services/dynamodb/table/index_changes.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kTransitionKind = "dynamodb.table";
constexpr std::size_t kSimultaneousMax = 500;
constexpr double kTransitionSecondsMax = 365.0 * 24 * 60 * 60;

/// The end of a state: of the table, or of the filling of an index if it names one.
struct Transition {
  std::uint64_t table_number = 0;  ///< Another table of that name is none of its business.
  std::string index;
  std::string table_row;

  DueRow due_row(std::string_view account, std::int64_t due_ms) const {
    DueRow out;
    out.account = account;
    out.due_ms = due_ms;
    out.kind = std::string(kTransitionKind);
    storage::append_u64(out.id, table_number);
    storage::append_part(out.id, index);
    out.payload = table_row;
    return out;
  }

  static Transition of(const DueRow& due) {
    std::string_view id = due.id;
    Transition out;
    out.table_number = storage::take_u64(id).value_or(0);
    out.index = storage::take_part(id).value_or("");
    out.table_row = due.payload;
    return out;
  }
};

/// Ends the table's state; false if the table was changed meanwhile.
bool end_state(Database& db, const DueRow& due, const TableRef& ref) {
  const Table& table = *ref.table;
  const bool deleting = table.description.TableStatus == kDeleting;
  const auto domains = deleting ? erase_domains(table) : table_domains(table);
  return db.env().store.transact(domains, [&](storage::Txn& txn) {
    if (db.catalog().find(ref.row) != ref.table) return false;
    db.env().due.remove(txn, due);
    if (deleting) {
      erase_table(db, txn, table, due.due_ms);
      return true;
    }
    auto copy = std::make_shared<Table>(table);
    finish_change(txn, *copy);
    for (const auto& index : being_filled(*copy)) {
      const auto end_ms = due.due_ms + db.transition_time().ms(due.account);
      db.env().due.schedule(txn,
                            Transition{table.number, index, ref.row}.due_row(due.account, end_ms));
    }
    save_table(db, txn, std::move(copy));
    return true;
  });
}

void end_transition(Database& db, const DueRow& due) {
  const Transition transition = Transition::of(due);
  while (true) {
    const TableRef ref{transition.table_row, db.catalog().find(transition.table_row)};
    const bool there = ref.table != nullptr && ref.table->number == transition.table_number;
    if (there && transition.index.empty()) {
      if (end_state(db, due, ref)) return;
      continue;
    }
    if (there) backfill_index(db, ref.row, transition.index);
    db.env().store.transact({}, [&](storage::Txn& txn) { db.env().due.remove(txn, due); });
    return;
  }
}

http::Response show_transition_time(Database& db, const std::string& account) {
  const auto seconds = static_cast<double>(db.transition_time().ms(account)) / 1000;
  return json_answer(200, {{"account", account}, {"seconds", seconds}});
}

http::Response serve_transition_time(Database& db, const AdminCall& call) {
  if (call.request.method == "GET") {
    return show_transition_time(db, call.request.query_value("account"));
  }
  const auto document = nlohmann::json::parse(call.body, nullptr, false);
  const bool understood = call.request.method == "POST" && document.is_object() &&
                          document.contains("seconds") && document["seconds"].is_number() &&
                          (!document.contains("account") || document["account"].is_string());
  const double seconds = understood ? document["seconds"].get<double>() : -1;
  if (seconds < 0 || seconds > kTransitionSecondsMax) {
    return json_answer(400, {{"message",
                              "POST {\"seconds\": how long tables are CREATING, UPDATING and "
                              "DELETING, \"account\": an id, or none for all accounts}."}});
  }
  const std::string account = document.value("account", "");
  db.transition_time().set_ms(account, static_cast<std::int64_t>(seconds * 1000));
  return show_transition_time(db, account);
}

}  // namespace

bool ends_later(Database& db, storage::Txn& txn, const Table& table, std::int64_t now_ms) {
  const auto duration_ms = db.transition_time().ms(table.account);
  if (duration_ms == 0) return false;
  const Transition transition{
      table.number, {}, keys::table_row(table.account, table.region, table.name())};
  db.env().due.schedule(txn, transition.due_row(table.account, now_ms + duration_ms));
  return true;
}

void finish_change(storage::Txn& txn, Table& table) {
  auto& description = table.description;
  if (table.next_units) {
    auto& units = *description.ProvisionedThroughput;
    units.ReadCapacityUnits = table.next_units->ReadCapacityUnits;
    units.WriteCapacityUnits = table.next_units->WriteCapacityUnits;
    units.NumberOfDecreasesToday = table.next_units->NumberOfDecreasesToday;
    table.next_units.reset();
  }
  if (!table.next_class.empty()) {
    auto& summary = description.TableClassSummary.emplace();
    summary.TableClass = std::exchange(table.next_class, {});
    summary.LastUpdateDateTime =
        model::Timestamp{table.changes.last_ms(LimitedChange::kTableClass).value_or(0)};
  }
  finish_encryption(table);
  finish_index_changes(txn, table);
  finish_strong_group(description);
  description.TableStatus = std::string(kActive);
}

Result<void> check_simultaneous(Context& ctx) {
  Database& db = database(ctx);
  if (db.transition_time().ms(ctx.caller.account_id) == 0) return {};
  const auto tables =
      db.catalog().list(ctx.caller.account_id, ctx.caller.region, {}, static_cast<std::size_t>(-1));
  const auto changing = std::count_if(tables.begin(), tables.end(),
                                      [](const TablePtr& table) { return !table->active(); });
  if (static_cast<std::size_t>(changing) < kSimultaneousMax) return {};
  return errors::limit_exceeded(
      "Subscriber limit exceeded: Only 500 tables can be created, updated, or deleted "
      "simultaneously");
}

void register_transitions(Database& db) {
  db.env().due.register_kind(std::string(kTransitionKind),
                             [&db](const DueRow& due, std::int64_t) { end_transition(db, due); });
}

void add_transition_path(Database& db) {
  db.env().admin.add("/_cumulite/dynamodb/tables",
                     [&db](const AdminCall& call) { return serve_transition_time(db, call); });
}

}  // namespace cumulite::dynamodb
