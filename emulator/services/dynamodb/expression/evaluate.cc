#include "emulator/services/dynamodb/expression/evaluate.h"

#include <algorithm>

#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb::expression {
namespace {

/// A string's size is in bytes of UTF-8, as DynamoDB counts it.
std::optional<std::size_t> size_of(const AttributeValue& value) {
  switch (value.type) {
    case Type::kS:
    case Type::kB:
      return value.text().size();
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return value.set().size();
    case Type::kL:
      return value.list().size();
    case Type::kM:
      return value.map().size();
    default:
      return std::nullopt;
  }
}

/// Evaluates operands; `scratch` holds what is not in the item or the request.
class Operands {
 public:
  Operands(const Binding& binding, const Item& item) : binding_(binding), item_(item) {}

  const AttributeValue* value(const Operand& operand, AttributeValue& scratch) const {
    switch (operand.kind) {
      case Operand::Kind::kPath:
        return resolve(operand.path, binding_, item_);
      case Operand::Kind::kValue:
        return binding_.values[operand.value];
      default:
        break;
    }
    AttributeValue inner_scratch;
    const auto* inner = value(operand.args[0], inner_scratch);
    const auto size = inner == nullptr ? std::nullopt : size_of(*inner);
    if (!size) return nullptr;
    scratch = make_number(std::to_string(*size));
    return &scratch;
  }

  bool function(const Condition& condition) const {
    const auto& operands = condition.operands;
    AttributeValue scratch[2];
    const auto* first = value(operands[0], scratch[0]);
    if (condition.function == "attribute_exists") return first != nullptr;
    if (condition.function == "attribute_not_exists") return first == nullptr;
    const auto* second = value(operands[1], scratch[1]);
    if (first == nullptr || second == nullptr) return false;
    if (condition.function == "attribute_type") return type_name(first->type) == second->text();
    if (condition.function == "begins_with") return begins_with(*first, *second);
    return contains(*first, *second);
  }

  bool between(const Condition& condition) const {
    AttributeValue scratch[3];
    const auto* tested = value(condition.operands[0], scratch[0]);
    const auto* lower = value(condition.operands[1], scratch[1]);
    const auto* upper = value(condition.operands[2], scratch[2]);
    return compare(Comparator::kGe, tested, lower) && compare(Comparator::kLe, tested, upper);
  }

  bool in(const Condition& condition) const {
    AttributeValue scratch;
    const auto* tested = value(condition.operands[0], scratch);
    if (tested == nullptr) return false;
    return std::any_of(condition.operands.begin() + 1, condition.operands.end(),
                       [&](const Operand& operand) {
                         AttributeValue other;
                         const auto* choice = value(operand, other);
                         return choice != nullptr && equal(*tested, *choice);
                       });
  }

  bool comparison(const Condition& condition) const {
    AttributeValue scratch[2];
    return compare(condition.comparator, value(condition.operands[0], scratch[0]),
                   value(condition.operands[1], scratch[1]));
  }

 private:
  const Binding& binding_;
  const Item& item_;
};

}  // namespace

const AttributeValue* resolve(const Path& path, const Binding& binding, const Item& item) {
  const AttributeValue* value = find(item, binding.name(path.front()));
  for (std::size_t i = 1; i < path.size() && value != nullptr; ++i) {
    if (path[i].is_index) {
      if (value->type != Type::kL || path[i].number >= value->list().size()) return nullptr;
      value = &value->list()[path[i].number];
    } else {
      if (value->type != Type::kM) return nullptr;
      value = find(value->map(), binding.name(path[i]));
    }
  }
  return value;
}

bool contains(const AttributeValue& container, const AttributeValue& element) {
  switch (container.type) {
    case Type::kS:
    case Type::kB:
      return element.type == container.type &&
             container.text().find(element.text()) != std::string::npos;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS: {
      const Type member = container.type == Type::kSS   ? Type::kS
                          : container.type == Type::kNS ? Type::kN
                                                        : Type::kB;
      if (element.type != member) return false;
      return std::find(container.set().begin(), container.set().end(), element.text()) !=
             container.set().end();
    }
    case Type::kL:
      return std::any_of(container.list().begin(), container.list().end(),
                         [&](const auto& one) { return equal(one, element); });
    default:
      return false;
  }
}

bool begins_with(const AttributeValue& value, const AttributeValue& prefix) {
  if (value.type != prefix.type || (value.type != Type::kS && value.type != Type::kB)) return false;
  return value.text().starts_with(prefix.text());
}

bool compare(Comparator comparator, const AttributeValue* a, const AttributeValue* b) {
  if (comparator == Comparator::kEq) return a != nullptr && b != nullptr && equal(*a, *b);
  if (comparator == Comparator::kNe) return a == nullptr || b == nullptr || !equal(*a, *b);
  if (a == nullptr || b == nullptr || a->type != b->type || !is_scalar_key_type(a->type)) {
    return false;
  }
  const int order = compare_scalars(*a, *b);
  switch (comparator) {
    case Comparator::kLt:
      return order < 0;
    case Comparator::kLe:
      return order <= 0;
    case Comparator::kGt:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool matches(const Condition& condition, const Binding& binding, const Item& item) {
  const auto holds = [&](const Condition& child) { return matches(child, binding, item); };
  const Operands operands(binding, item);
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      return std::all_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kOr:
      return std::any_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kNot:
      return !holds(condition.children.front());
    case Condition::Kind::kCompare:
      return operands.comparison(condition);
    case Condition::Kind::kBetween:
      return operands.between(condition);
    case Condition::Kind::kIn:
      return operands.in(condition);
    case Condition::Kind::kFunction:
      return operands.function(condition);
  }
  return false;
}

}  // namespace cumulite::dynamodb::expression
