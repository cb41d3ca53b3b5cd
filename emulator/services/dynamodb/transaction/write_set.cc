#include "emulator/services/dynamodb/transaction/write_set.h"

#include <algorithm>
#include <set>

#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/item/item_writer.h"
#include "emulator/services/dynamodb/transaction/cancellation.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kAggregateBytesMax = 4 * 1024 * 1024;

Error too_large() {
  return errors::validation(
      "Transaction request is not valid: aggregate item size cannot exceed 4194304 bytes");
}

/// What a policy calls the action.
std::string_view permission_of(WritePlan::Kind kind) {
  switch (kind) {
    case WritePlan::Kind::kPut:
      return "PutItem";
    case WritePlan::Kind::kUpdate:
      return "UpdateItem";
    case WritePlan::Kind::kDelete:
      return "DeleteItem";
    case WritePlan::Kind::kCheck:
      return "ConditionCheckItem";
  }
  return {};
}

/// An empty value of a key is refused as it is, outside of the transaction's reasons.
bool is_empty_key(const Error& error) {
  return error.message.find("The AttributeValue for a key attribute cannot contain an empty") !=
         std::string::npos;
}

}  // namespace

Result<void> WriteSet::resolve() {
  for (auto& action : actions_) {
    const Wanted wanted{.action = permission_of(action.plan.kind)};
    CUMULITE_ASSIGN(action.ref, find_data_table(ctx_, action.table_name, wanted));
    CUMULITE_TRY(check_not_strong(*action.ref.table, "Transactions are"));
  }
  return {};
}

Result<void> WriteSet::check() {
  std::vector<CancellationReason> reasons(actions_.size());
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    auto& action = actions_[i];
    if (auto checked = check_plan(*action.ref.table, action.plan); !checked.ok()) {
      if (is_empty_key(checked.error())) return checked;
      // Only the first invalid action is reported.
      reasons[i] = reason_of(checked.error());
      return transaction_canceled(reasons);
    }
    action.row = keys::item_row(*action.ref.table, action.plan.item);
  }
  std::set<std::string_view> rows;
  std::size_t bytes = 0;
  for (const auto& action : actions_) {
    if (!rows.insert(action.row).second) {
      return errors::validation(
          "Transaction request cannot include multiple operations on one item");
    }
    if (action.plan.kind == WritePlan::Kind::kPut) bytes += size_bytes(action.plan.item);
  }
  if (bytes > kAggregateBytesMax) return too_large();
  return {};
}

Result<void> WriteSet::admit() {
  std::vector<CancellationReason> reasons(actions_.size());
  bool canceled = false;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    auto admitted = database(ctx_).throttle().admit_write(*actions_[i].ref.table, ctx_.now_ms);
    if (admitted.ok()) continue;
    reasons[i] = reason_of(admitted.error());
    canceled = true;
  }
  if (canceled) return transaction_canceled(reasons);
  return {};
}

Result<TransactionOutcome> WriteSet::apply(storage::Txn& txn) {
  Database& db = database(ctx_);
  std::vector<CancellationReason> reasons(actions_.size());
  std::vector<Change> changes;
  bool canceled = false;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const auto& action = actions_[i];
    const Table& table = *action.ref.table;
    auto& change =
        changes.emplace_back(read_change(txn, action.row, plan_needs_before(table, action.plan)));
    auto decided = decide(table, action.plan, change);
    if (decided.ok()) decided = check_collection(db.env().store, table, change);
    if (!decided.ok() && is_empty_key(decided.error())) return std::move(decided).error();
    if (!decided.ok()) {
      reasons[i] = reason_of(decided.error());
      canceled = true;
    } else if (change.after) {
      bytes += size_bytes(*change.after);
    }
  }
  if (canceled) return transaction_canceled(reasons);
  if (bytes > kAggregateBytesMax) return too_large();
  TransactionOutcome out;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const auto& action = actions_[i];
    WriteUnits units;
    if (action.plan.kind == WritePlan::Kind::kCheck) {
      units.table = write_units(changes[i].before_size);
    } else {
      units = write_change(db, txn, *action.ref.table, changes[i], {ctx_.now_ms, false});
    }
    out.units.emplace_back(action.ref.table, std::move(units));
  }
  return out;
}

std::vector<std::string_view> WriteSet::rows() const {
  std::vector<std::string_view> out;
  out.reserve(actions_.size());
  for (const auto& action : actions_) out.push_back(action.row);
  return out;
}

Error WriteSet::conflict(const std::vector<std::size_t>& places) const {
  std::vector<CancellationReason> reasons(actions_.size());
  for (const auto place : places) reasons[place] = reason_of(errors::transaction_conflict());
  return transaction_canceled(reasons);
}

std::optional<Result<TransactionOutcome>> WriteSet::attempt(const TransactionExtra& extra) {
  Database& db = database(ctx_);
  storage::Domains domains = extra.domains;
  for (const auto& action : actions_) {
    domains.push_back(storage::Domain::shared_on(spaces::kDynamoDb, action.ref.row));
    add_item_domains(domains, *action.ref.table, action.row);
  }

  struct Attempt {
    std::optional<Result<TransactionOutcome>> answer;

    bool ok() const { return answer && answer->ok(); }
  };

  auto attempted = db.env().store.transact(domains, [&](storage::Txn& txn) {
    const bool current =
        std::all_of(actions_.begin(), actions_.end(), [&](const TransactionAction& action) {
          return db.catalog().find(action.ref.row) == action.ref.table;
        });
    if (!current) return Attempt{};
    if (extra.write) extra.write(txn);
    return Attempt{apply(txn)};
  });
  return std::move(attempted.answer);
}

Result<TransactionOutcome> WriteSet::run(const TransactionExtra& extra) {
  Database& db = database(ctx_);
  while (true) {
    CUMULITE_TRY(resolve());
    CUMULITE_TRY(check());
    CUMULITE_TRY(admit());
    if (extra.wanted) {
      CUMULITE_ASSIGN(const bool wanted, extra.wanted());
      if (!wanted) return TransactionOutcome{{}, true};
    }
    const OngoingWrites::Transaction ongoing(db.ongoing_writes(), rows());
    if (!ongoing.conflicts().empty()) return conflict(ongoing.conflicts());
    auto answer = attempt(extra);
    if (!answer) continue;
    if (answer->ok()) {
      for (const auto& [table, units] : (*answer)->units) {
        db.throttle().charge_write(*table, units, 2, ctx_.now_ms);
      }
    }
    return std::move(*answer);
  }
}

}  // namespace cumulite::dynamodb
