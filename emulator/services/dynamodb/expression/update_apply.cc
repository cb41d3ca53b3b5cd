#include <algorithm>
#include <iterator>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/expression/evaluate.h"
#include "emulator/services/dynamodb/item/number.h"
#include "emulator/services/dynamodb/item/set_order.h"

namespace cumulite::dynamodb::expression {
namespace {

Error missing_operand() {
  return errors::validation(
      "The provided expression refers to an attribute that does not exist in the item");
}

Error wrong_operand_type() {
  return errors::validation("An operand in the update expression has an incorrect data type");
}

Error invalid_path() {
  return errors::validation(
      "The document path provided in the update expression is invalid for "
      "update");
}

/// Computes the right sides of SET from the item as it was.
class SetValues {
 public:
  SetValues(const Binding& binding, const Item& item) : binding_(binding), item_(item) {}

  Result<AttributeValue> value(const Operand& operand) const {
    switch (operand.kind) {
      case Operand::Kind::kPath: {
        const auto* found = resolve(operand.path, binding_, item_);
        if (found == nullptr) return missing_operand();
        return *found;
      }
      case Operand::Kind::kValue:
        return *binding_.values[operand.value];
      case Operand::Kind::kFunction:
        return operand.function == "if_not_exists" ? if_not_exists(operand) : list_append(operand);
      default:
        return arithmetic(operand);
    }
  }

 private:
  Result<AttributeValue> if_not_exists(const Operand& operand) const {
    if (const auto* found = resolve(operand.args[0].path, binding_, item_)) return *found;
    return value(operand.args[1]);
  }

  Result<AttributeValue> list_append(const Operand& operand) const {
    CUMULITE_ASSIGN(AttributeValue first, value(operand.args[0]));
    CUMULITE_ASSIGN(AttributeValue second, value(operand.args[1]));
    if (first.type != Type::kL || second.type != Type::kL) return wrong_operand_type();
    auto& into = std::get<AttributeValue::List>(first.value);
    auto& from = std::get<AttributeValue::List>(second.value);
    into.insert(into.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    return first;
  }

  Result<AttributeValue> arithmetic(const Operand& operand) const {
    CUMULITE_ASSIGN(const AttributeValue first, value(operand.args[0]));
    CUMULITE_ASSIGN(const AttributeValue second, value(operand.args[1]));
    if (first.type != Type::kN || second.type != Type::kN) return wrong_operand_type();
    const auto a = Number::of_normal(first.text());
    const auto b = Number::of_normal(second.text());
    CUMULITE_ASSIGN(const Number sum, operand.kind == Operand::Kind::kPlus
                                          ? Number::add(a, b)
                                          : Number::subtract(a, b));
    return make_number(sum.text());
  }

  const Binding& binding_;
  const Item& item_;
};

/// The container of the path's last step, or an error if there is none of the right type.
struct Target {
  Item* map = nullptr;
  AttributeValue::List* list = nullptr;
};

Result<Target> find_target(const Path& path, const Binding& binding, Item& item) {
  Target target{&item, nullptr};
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    AttributeValue* value = nullptr;
    if (path[i].is_index) {
      if (path[i].number < target.list->size()) value = &(*target.list)[path[i].number];
    } else {
      value = find(*target.map, binding.name(path[i]));
    }
    if (value == nullptr) return invalid_path();
    target = {};
    if (path[i + 1].is_index) {
      if (value->type != Type::kL) return invalid_path();
      target.list = &std::get<AttributeValue::List>(value->value);
    } else {
      if (value->type != Type::kM) return invalid_path();
      target.map = &std::get<AttributeValue::Map>(value->value);
    }
  }
  return target;
}

Result<void> put(const Path& path, const Binding& binding, AttributeValue value, Item& item) {
  CUMULITE_ASSIGN(const Target target, find_target(path, binding, item));
  const auto& last = path.back();
  if (target.map != nullptr) {
    set(*target.map, binding.name(last), std::move(value));
  } else if (last.number < target.list->size()) {
    (*target.list)[last.number] = std::move(value);
  } else {
    target.list->push_back(std::move(value));
  }
  return {};
}

Result<void> remove(const Path& path, const Binding& binding, Item& item) {
  CUMULITE_ASSIGN(const Target target, find_target(path, binding, item));
  const auto& last = path.back();
  if (target.map != nullptr) {
    erase(*target.map, binding.name(last));
  } else if (last.number < target.list->size()) {
    target.list->erase(target.list->begin() + last.number);
  }
  return {};
}

/// ADD: to a number, or to a set; what is not there counts as zero or empty.
Result<AttributeValue> sum(const AttributeValue* existing, const AttributeValue& added) {
  if (existing == nullptr) return added;
  if (existing->type != added.type) return wrong_operand_type();
  if (added.type == Type::kN) {
    CUMULITE_ASSIGN(const Number total, Number::add(Number::of_normal(existing->text()),
                                                    Number::of_normal(added.text())));
    return make_number(total.text());
  }
  AttributeValue out = *existing;
  if (added.type == Type::kL) {  // Only the older AttributeUpdates adds to lists.
    auto& elements = std::get<AttributeValue::List>(out.value);
    elements.insert(elements.end(), added.list().begin(), added.list().end());
    return out;
  }
  auto& members = std::get<std::vector<std::string>>(out.value);
  for (const auto& member : added.set()) {
    if (std::find(members.begin(), members.end(), member) == members.end()) {
      members.push_back(member);
    }
  }
  sort_set(out);
  return out;
}

/// DELETE: the set without the given members; an empty rest is no attribute.
Result<std::optional<AttributeValue>> difference(const AttributeValue& existing,
                                                 const AttributeValue& taken) {
  if (existing.type != taken.type) return wrong_operand_type();
  AttributeValue out = existing;
  auto& members = std::get<std::vector<std::string>>(out.value);
  for (const auto& member : taken.set()) {
    members.erase(std::remove(members.begin(), members.end(), member), members.end());
  }
  if (members.empty()) return std::optional<AttributeValue>{};
  return std::optional<AttributeValue>{std::move(out)};
}

/// Order in which clauses are carried out: by path, so that elements beyond a list's end are
/// appended in the order of their numbers, and removed from the end, so that numbers keep meaning
/// the elements of the item as it was.
bool path_before(const Path& a, const Path& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const PathStep& x, const PathStep& y) {
                                        if (x.is_index != y.is_index) return y.is_index;
                                        return x.number < y.number;
                                      });
}

struct Change {
  const Path* path = nullptr;
  std::optional<AttributeValue> value;  ///< Absent: remove.
};

Result<void> plan(const UpdateClause& clause, const Binding& binding, const Item& item,
                  std::vector<Change>& changes) {
  if (clause.action == Action::kRemove) {
    changes.push_back({&clause.path, std::nullopt});
    return {};
  }
  if (clause.action == Action::kSet) {
    CUMULITE_ASSIGN(AttributeValue value, SetValues(binding, item).value(clause.value));
    changes.push_back({&clause.path, std::move(value)});
    return {};
  }
  const auto* existing = resolve(clause.path, binding, item);
  const auto& operand = *binding.values[clause.value.value];
  if (clause.action == Action::kAdd) {
    CUMULITE_ASSIGN(AttributeValue value, sum(existing, operand));
    changes.push_back({&clause.path, std::move(value)});
    return {};
  }
  if (existing == nullptr) {
    // Nothing to take from; but the path must lead to where it could be, as for a REMOVE.
    changes.push_back({&clause.path, std::nullopt});
    return {};
  }
  CUMULITE_ASSIGN(std::optional<AttributeValue> rest, difference(*existing, operand));
  changes.push_back({&clause.path, std::move(rest)});
  return {};
}

}  // namespace

Result<void> apply(const BoundUpdate& update, Item& item) {
  const auto& clauses = update.parsed->clauses;
  const Binding& binding = update.binding;
  std::vector<Change> changes;
  changes.reserve(clauses.size());
  for (const auto& clause : clauses) {
    auto planned = plan(clause, binding, item, changes);
    if (planned.ok()) continue;
    if (update.legacy && planned.error().message == wrong_operand_type().message) {
      return errors::validation("Type mismatch for attribute to update");
    }
    return planned;
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return path_before(*a.path, *b.path); });
  for (auto& change : changes) {
    if (change.value) {
      CUMULITE_TRY(put(*change.path, binding, std::move(*change.value), item));
    }
  }
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (!change->value) CUMULITE_TRY(remove(*change->path, binding, item));
  }
  return {};
}

}  // namespace cumulite::dynamodb::expression
