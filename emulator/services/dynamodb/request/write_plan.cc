#include "emulator/services/dynamodb/request/write_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/expression/evaluate.h"
#include "emulator/services/dynamodb/expression/projection.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {
namespace {

bool only_takes_away(const expression::BoundUpdate& update) {
  const auto& clauses = update.parsed->clauses;
  return !clauses.empty() && std::all_of(clauses.begin(), clauses.end(), [](const auto& clause) {
    return clause.action == expression::Action::kRemove ||
           clause.action == expression::Action::kDelete;
  });
}

bool mismatches_index(const Table& table, std::string_view name, Type type) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
    return std::any_of(index.key.attributes.begin(), index.key.attributes.end(),
                       [&](const KeyAttribute& attribute) {
                         return attribute.name == name && attribute.type != type;
                       });
  });
}

/// The type of what an operand gives, where the request alone tells it.
std::optional<Type> known_type(const expression::Operand& operand,
                               const expression::Binding& binding) {
  using Kind = expression::Operand::Kind;
  if (operand.kind == Kind::kValue) return binding.values[operand.value]->type;
  if (operand.kind == Kind::kPlus || operand.kind == Kind::kMinus) return Type::kN;
  if (operand.kind == Kind::kFunction && operand.function == "list_append") return Type::kL;
  return std::nullopt;
}

/// Index keys that are given values of another type; in the order of the indexes, not of the
/// update.
Result<void> check_index_values(const Table& table, const expression::BoundUpdate& update) {
  for (const auto& index : table.indexes) {
    for (const auto& attribute : index.key.attributes) {
      for (const auto& clause : update.parsed->clauses) {
        if (clause.action == expression::Action::kRemove || clause.path.size() > 1) continue;
        if (update.binding.name(clause.path.front()) != attribute.name) continue;
        const auto type = known_type(clause.value, update.binding);
        if (!type || *type == attribute.type) continue;
        return errors::index_key_type_mismatch(attribute.name, type_name(attribute.type),
                                               type_name(*type), index.name);
      }
    }
  }
  return {};
}

/// Refuses paths below key attributes in what an update reads.
Result<void> check_operand_paths(const Table& table, const expression::Operand& operand,
                                 const expression::Binding& binding) {
  if (operand.kind == expression::Operand::Kind::kPath && operand.path.size() > 1) {
    CUMULITE_TRY(check_nested_path(table, binding.name(operand.path.front())));
  }
  for (const auto& arg : operand.args) CUMULITE_TRY(check_operand_paths(table, arg, binding));
  return {};
}

/// An index key that the update computed, or took from another attribute.
Result<void> check_computed_index_values(const Table& table, const expression::BoundUpdate& update,
                                         const Item& item) {
  for (const auto& clause : update.parsed->clauses) {
    if (clause.action != expression::Action::kSet || clause.path.size() > 1) continue;
    const auto name = update.binding.name(clause.path.front());
    const auto* value = find(item, name);
    if (value == nullptr || !mismatches_index(table, name, value->type)) continue;
    return errors::validation(
        "The update expression attempted to update the secondary index key to unsupported type");
  }
  return {};
}

/// The keys of indexes that an update changes. What it leaves alone may be there since before the
/// index was.
Result<void> check_updated_index_keys(const Table& table, const Item* before, const Item& after) {
  for (const auto& index : table.indexes) {
    for (std::size_t i = 0; i < index.key.attributes.size(); ++i) {
      const auto& attribute = index.key.attributes[i];
      const auto* value = find(after, attribute.name);
      const auto* old = before == nullptr ? nullptr : find(*before, attribute.name);
      if (value == nullptr || (old != nullptr && equal(*old, *value))) continue;
      if (value->type != attribute.type) {
        return errors::index_key_type_mismatch(attribute.name, type_name(attribute.type),
                                               type_name(value->type), index.name);
      }
      if (value->type != Type::kN && value->text().empty()) {
        return errors::validation(fmt::format(
            "One or more parameter values are not valid. The update expression attempted to update "
            "a secondary index key to a value that is not supported. The AttributeValue for a key "
            "attribute cannot contain an empty {} value.",
            value->type == Type::kB ? "binary" : "string"));
      }
      CUMULITE_TRY(check_key_length(*value, i < index.key.hash_count));
    }
  }
  return {};
}

Result<void> check_update(const Table& table, const expression::BoundUpdate& update) {
  for (const auto& clause : update.parsed->clauses) {
    const auto name = update.binding.name(clause.path.front());
    if (table.key.has(name)) return errors::key_update(name);
  }
  CUMULITE_TRY(check_index_values(table, update));
  for (const auto& clause : update.parsed->clauses) {
    if (clause.path.size() > 1) {
      CUMULITE_TRY(check_nested_path(table, update.binding.name(clause.path.front())));
    }
    if (clause.action == expression::Action::kRemove) continue;
    CUMULITE_TRY(check_operand_paths(table, clause.value, update.binding));
  }
  return {};
}

Result<void> decide_update(const Table& table, const WritePlan& plan, Change& change) {
  if (!change.existed && plan.update && only_takes_away(*plan.update)) return {};
  change.after = change.existed ? *change.before : plan.item;
  if (plan.update) CUMULITE_TRY(expression::apply(*plan.update, *change.after));
  if (plan.update) {
    CUMULITE_TRY(check_computed_index_values(table, *plan.update, *change.after));
  }
  CUMULITE_TRY(
      check_updated_index_keys(table, change.existed ? &*change.before : nullptr, *change.after));
  if (size_bytes(*change.after) > kItemBytesMax) return errors::updated_item_too_large();
  if (!check_nesting(*change.after).ok()) return errors::stored_nesting_too_deep();
  return {};
}

}  // namespace

Result<void> check_plan(const Table& table, const WritePlan& plan) {
  if (plan.kind == WritePlan::Kind::kPut) {
    CUMULITE_TRY(check_item(table, plan.item));
  } else {
    CUMULITE_TRY(check_key(table, plan.item));
  }
  if (plan.update) CUMULITE_TRY(check_update(table, *plan.update));
  if (plan.condition) CUMULITE_TRY(check_condition_keys(table, *plan.condition));
  return {};
}

Result<void> decide(const Table& table, const WritePlan& plan, Change& change) {
  if (plan.existence == WritePlan::Existence::kNew && change.existed) {
    return errors::duplicate_item();
  }
  if (plan.existence == WritePlan::Existence::kThere && !change.existed) {
    return errors::conditional_check_failed();
  }
  if (plan.condition) {
    static const Item kNoItem;
    const Item& existing = change.before ? *change.before : kNoItem;
    if (!expression::matches(*plan.condition, existing)) {
      return errors::conditional_check_failed(
          plan.item_on_failure && change.existed ? to_json(existing) : std::string{});
    }
  }
  switch (plan.kind) {
    case WritePlan::Kind::kPut:
      change.after = plan.item;
      return {};
    case WritePlan::Kind::kUpdate:
      return decide_update(table, plan, change);
    default:
      return {};
  }
}

bool plan_needs_before(const Table& table, const WritePlan& plan) {
  return plan.condition || plan.kind == WritePlan::Kind::kUpdate || needs_before(table);
}

Result<WriteOutcome> run_plan(Context& ctx, std::string_view table_name, const WritePlan& plan,
                              bool returns_old) {
  Database& db = database(ctx);
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, table_name));
    const Table& table = *ref.table;
    CUMULITE_TRY(check_plan(table, plan));
    CUMULITE_TRY(db.throttle().admit_write(table, ctx.now_ms));
    const std::string row = keys::item_row(table, plan.item);
    const OngoingWrites::Write ongoing(db.ongoing_writes(), row);
    if (ongoing.refused()) return errors::transaction_conflict();
    const bool decode = returns_old || plan_needs_before(table, plan);
    storage::Domains domains;
    add_item_domains(domains, table, row);
    const auto peers = strong_peers(db, table);
    add_peer_item_domains(domains, table, peers, row);
    std::optional<RegionalWrite> regional;
    if (!peers.empty()) CUMULITE_TRY(regional.emplace(table, row).begin());
    bool current = true;
    auto answer =
        transact_on(db, ref, std::move(domains), [&](storage::Txn& txn) -> Result<WriteOutcome> {
          WriteOutcome out;
          current = are_current(db, peers);
          if (!current) return out;
          out.table = ref.table;
          out.change = read_change(txn, row, decode);
          CUMULITE_TRY(decide(table, plan, out.change));
          CUMULITE_TRY(check_collection(db.env().store, table, out.change));
          out.units = write_change(db, txn, table, out.change, {ctx.now_ms, false});
          return out;
        });
    if (!answer || !current) continue;
    if (answer->ok()) db.throttle().charge_write(table, (*answer)->units, 1, ctx.now_ms);
    return std::move(*answer);
  }
}

Item updated_parts(const expression::BoundUpdate& update, const Item& item) {
  expression::Projection projection;
  for (const auto& clause : update.parsed->clauses) projection.add(clause.path, update.binding);
  return projection.apply(item);
}

}  // namespace cumulite::dynamodb
