#include "emulator/services/dynamodb/partiql/branches.h"

#include <algorithm>

namespace cumulite::dynamodb::partiql {
namespace {

using expression::Comparator;
using expression::Condition;
using expression::KeyTest;
using expression::Operand;

constexpr std::size_t kBranchesMax = 10'000;

bool is_attribute(const Operand& operand) {
  return operand.kind == Operand::Kind::kPath && operand.path.size() == 1;
}

bool speaks_of_key(const Condition& condition, const expression::Binding& binding,
                   const KeySchema& schema) {
  const auto attributes = expression::top_attributes(condition, binding);
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const auto& attribute) { return schema.has(attribute.name); });
}

KeyTest::Kind kind_of(Comparator comparator, bool mirrored) {
  switch (comparator) {
    case Comparator::kLt:
      return mirrored ? KeyTest::Kind::kGt : KeyTest::Kind::kLt;
    case Comparator::kLe:
      return mirrored ? KeyTest::Kind::kGe : KeyTest::Kind::kLe;
    case Comparator::kGt:
      return mirrored ? KeyTest::Kind::kLt : KeyTest::Kind::kGt;
    case Comparator::kGe:
      return mirrored ? KeyTest::Kind::kLe : KeyTest::Kind::kGe;
    default:
      return KeyTest::Kind::kEq;
  }
}

using Branches = std::vector<Branch>;

class Splitter {
 public:
  Splitter(const expression::Binding& binding, const KeySchema& schema)
      : binding_(binding), schema_(schema) {}

  std::optional<Branches> split(const Condition& condition) const {
    if (condition.kind == Condition::Kind::kAnd) return product(condition);
    if (condition.kind == Condition::Kind::kOr && !condition.children.empty() &&
        speaks_of_key(condition, binding_, schema_)) {
      return sum(condition);
    }
    if (condition.kind == Condition::Kind::kIn && is_attribute(condition.operands[0]) &&
        schema_.has(binding_.name(condition.operands[0].path[0]))) {
      return choices(condition);
    }
    return Branches{{Leaf{&condition, nullptr}}};
  }

 private:
  std::optional<Branches> product(const Condition& condition) const {
    Branches out = {{}};
    for (const auto& child : condition.children) {
      const auto factors = split(child);
      if (!factors || out.size() * factors->size() > kBranchesMax) return std::nullopt;
      Branches next;
      for (const auto& left : out) {
        for (const auto& right : *factors) {
          next.push_back(left);
          next.back().insert(next.back().end(), right.begin(), right.end());
        }
      }
      out = std::move(next);
    }
    return out;
  }

  std::optional<Branches> sum(const Condition& condition) const {
    Branches out;
    for (const auto& child : condition.children) {
      const auto terms = split(child);
      if (!terms || out.size() + terms->size() > kBranchesMax) return std::nullopt;
      out.insert(out.end(), terms->begin(), terms->end());
    }
    return out;
  }

  std::optional<Branches> choices(const Condition& condition) const {
    Branches out;
    for (std::size_t i = 1; i < condition.operands.size(); ++i) {
      const auto& operand = condition.operands[i];
      if (operand.kind != Operand::Kind::kValue) return Branches{{Leaf{&condition, nullptr}}};
      out.push_back({Leaf{&condition, binding_.values[operand.value]}});
    }
    return out;
  }

  const expression::Binding& binding_;
  const KeySchema& schema_;
};

void flatten(const Condition& condition, Branch& out) {
  if (condition.kind != Condition::Kind::kAnd) {
    out.push_back({&condition, nullptr});
    return;
  }
  for (const auto& child : condition.children) flatten(child, out);
}

}  // namespace

Branch flatten(const Condition& condition) {
  Branch out;
  flatten(condition, out);
  return out;
}

std::optional<std::vector<Branch>> split_branches(const expression::BoundCondition& where,
                                                  const KeySchema& schema) {
  return Splitter(where.binding, schema).split(where.parsed->root);
}

std::optional<KeyTest> key_test(const Leaf& leaf, const expression::Binding& binding) {
  const Condition& condition = *leaf.condition;
  const auto constant = [&](std::size_t i) -> const AttributeValue* {
    const auto& operand = condition.operands[i];
    return operand.kind == Operand::Kind::kValue ? binding.values[operand.value] : nullptr;
  };
  KeyTest out;
  if (condition.operands.empty()) return std::nullopt;
  const bool mirrored = condition.kind == Condition::Kind::kCompare &&
                        is_attribute(condition.operands[1]) && constant(0) != nullptr;
  const Operand& tested = condition.operands[mirrored ? 1 : 0];
  if (!is_attribute(tested)) return std::nullopt;
  out.attribute = binding.name(tested.path[0]);
  if (condition.kind == Condition::Kind::kIn) {
    out.value = leaf.choice;
    // One choice is an equality, whether or not it was taken apart.
    if (out.value == nullptr && condition.operands.size() == 2) out.value = constant(1);
  } else if (condition.kind == Condition::Kind::kCompare) {
    if (condition.comparator == Comparator::kNe) return std::nullopt;
    out.kind = kind_of(condition.comparator, mirrored);
    out.value = constant(mirrored ? 0 : 1);
  } else if (condition.kind == Condition::Kind::kBetween) {
    out.kind = KeyTest::Kind::kBetween;
    out.value = constant(1);
    out.upper = constant(2);
    if (out.upper == nullptr) return std::nullopt;
  } else if (condition.kind == Condition::Kind::kFunction && condition.function == "begins_with") {
    out.kind = KeyTest::Kind::kBeginsWith;
    out.value = constant(1);
  } else {
    return std::nullopt;
  }
  if (out.value == nullptr) return std::nullopt;
  return out;
}

}  // namespace cumulite::dynamodb::partiql
