#include "emulator/services/dynamodb/expression/key_condition.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/expression/evaluate.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb::expression {
namespace {

Error invalid(std::string_view detail) {
  return errors::validation(std::string(detail));
}

Error invalid_operator(std::string_view name) {
  return invalid(fmt::format("Invalid operator used in KeyConditionExpression: {}", name));
}

std::string_view operator_name(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::kOr:
      return "OR";
    case Condition::Kind::kNot:
      return "NOT";
    case Condition::Kind::kIn:
      return "IN";
    case Condition::Kind::kBetween:
      return "BETWEEN";
    case Condition::Kind::kFunction:
      return condition.function;
    default:
      return symbol(condition.comparator);
  }
}

/// Turns `:v < a` into `a > :v`.
Comparator mirrored(Comparator comparator) {
  switch (comparator) {
    case Comparator::kLt:
      return Comparator::kGt;
    case Comparator::kLe:
      return Comparator::kGe;
    case Comparator::kGt:
      return Comparator::kLt;
    case Comparator::kGe:
      return Comparator::kLe;
    default:
      return comparator;
  }
}

KeyTest::Kind kind_of(Comparator comparator) {
  switch (comparator) {
    case Comparator::kLt:
      return KeyTest::Kind::kLt;
    case Comparator::kLe:
      return KeyTest::Kind::kLe;
    case Comparator::kGt:
      return KeyTest::Kind::kGt;
    case Comparator::kGe:
      return KeyTest::Kind::kGe;
    default:
      return KeyTest::Kind::kEq;
  }
}

Result<void> check_operator(const Condition& condition) {
  using Kind = Condition::Kind;
  if (condition.kind == Kind::kOr || condition.kind == Kind::kNot || condition.kind == Kind::kIn ||
      (condition.kind == Kind::kCompare && condition.comparator == Comparator::kNe)) {
    return invalid_operator(operator_name(condition));
  }
  if (condition.kind == Kind::kFunction && condition.function != "begins_with") {
    return invalid_operator(condition.function);
  }
  if ((condition.kind == Kind::kFunction || condition.kind == Kind::kBetween) &&
      condition.operands[0].kind != Operand::Kind::kPath) {
    return invalid(
        fmt::format("Invalid condition in KeyConditionExpression: {} operator must have the key "
                    "attribute as its first operand",
                    operator_name(condition)));
  }
  return {};
}

Result<KeyTest> read_test(const Condition& condition, const Binding& binding) {
  KeyTest test;
  std::vector<const AttributeValue*> values;
  bool first_is_path = true;
  for (std::size_t i = 0; i < condition.operands.size(); ++i) {
    const auto& operand = condition.operands[i];
    if (operand.kind == Operand::Kind::kFunction) {
      return invalid("KeyConditionExpressions cannot contain nested operations");
    }
    if (operand.kind == Operand::Kind::kValue) {
      values.push_back(binding.values[operand.value]);
      continue;
    }
    if (!test.attribute.empty()) {
      return invalid(
          "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
          "condition");
    }
    if (operand.path.size() > 1) {
      return invalid("KeyConditionExpressions cannot have conditions on nested attributes");
    }
    test.attribute = binding.name(operand.path.front());
    first_is_path = i == 0;
  }
  if (test.attribute.empty()) {
    return invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  }
  if (condition.kind == Condition::Kind::kBetween) {
    test.kind = KeyTest::Kind::kBetween;
    test.upper = values[1];
  } else if (condition.kind == Condition::Kind::kFunction) {
    test.kind = KeyTest::Kind::kBeginsWith;
  } else {
    test.kind = kind_of(first_is_path ? condition.comparator : mirrored(condition.comparator));
  }
  test.value = values[0];
  return test;
}

Result<void> collect(const Condition& condition, const Binding& binding,
                     std::vector<KeyTest>& tests) {
  if (condition.kind == Condition::Kind::kAnd) {
    for (const auto& child : condition.children) CUMULITE_TRY(collect(child, binding, tests));
    return {};
  }
  CUMULITE_TRY(check_operator(condition));
  CUMULITE_ASSIGN(auto test, read_test(condition, binding));
  for (const auto& earlier : tests) {
    if (earlier.attribute == test.attribute) {
      return invalid(
          "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition "
          "per key");
    }
  }
  tests.push_back(test);
  return {};
}

std::optional<KeyTest::Kind> legacy_kind(std::string_view comparison) {
  if (comparison == "EQ") return KeyTest::Kind::kEq;
  if (comparison == "LT") return KeyTest::Kind::kLt;
  if (comparison == "LE") return KeyTest::Kind::kLe;
  if (comparison == "GT") return KeyTest::Kind::kGt;
  if (comparison == "GE") return KeyTest::Kind::kGe;
  if (comparison == "BETWEEN") return KeyTest::Kind::kBetween;
  if (comparison == "BEGINS_WITH") return KeyTest::Kind::kBeginsWith;
  return std::nullopt;
}

Result<void> check_type(const KeyTest& test, const KeyAttribute& attribute, bool hash) {
  if (test.value == nullptr) {
    return errors::validation("Attempted conditional constraint is not an indexable operation");
  }
  const bool number_prefix = test.kind == KeyTest::Kind::kBeginsWith && attribute.type == Type::kN;
  if (test.value->type != attribute.type || number_prefix ||
      (test.upper != nullptr && test.upper->type != attribute.type)) {
    return errors::invalid_parameter("Condition parameter type does not match schema type");
  }
  if (attribute.type != Type::kN && test.value->text().empty() &&
      test.kind != KeyTest::Kind::kBeginsWith) {
    return errors::validation(
        fmt::format("One or more parameter values are not valid. The AttributeValue for a key "
                    "attribute cannot contain an empty {} value. Key: {}",
                    attribute.type == Type::kB ? "binary" : "string", attribute.name));
  }
  CUMULITE_TRY(check_key_length(*test.value, hash));
  if (test.upper != nullptr) CUMULITE_TRY(check_key_length(*test.upper, hash));
  return {};
}

/// Keys of several attributes have messages of their own.
Result<void> check_composite(const KeyTests& tests, const KeySchema& schema) {
  for (std::size_t i = 0; i < schema.hash_count; ++i) {
    const auto* test = tests.find(schema.attributes[i].name);
    if (test == nullptr || test->kind != KeyTest::Kind::kEq) {
      return errors::validation(
          "Query key condition not supported: every HASH key attribute requires an equality "
          "condition");
    }
  }
  const KeyAttribute* open = nullptr;  // The first range attribute without equality.
  for (std::size_t i = schema.hash_count; i < schema.attributes.size(); ++i) {
    const auto* test = tests.find(schema.attributes[i].name);
    if (test != nullptr && open != nullptr) {
      return errors::validation(fmt::format(
          "Query key condition not supported: a condition on the RANGE key attribute {} requires "
          "an equality condition on the RANGE key attribute {} before it",
          test->attribute, open->name));
    }
    const bool equality = test != nullptr && test->kind == KeyTest::Kind::kEq;
    if (open == nullptr && !equality) open = &schema.attributes[i];
  }
  return {};
}

/// KeyConditions of another number than keys have, unless they have several attributes.
Error condition_count() {
  return errors::validation("Conditions can be of length 1 or 2 only");
}

Result<void> check_simple(const KeyTests& tests, const KeySchema& schema) {
  if (tests.tests.size() > 2) {
    if (!tests.bound) return condition_count();
    return errors::validation(
        fmt::format("The number of query conditions ({}) exceeds the number of key attributes "
                    "defined in the schema ({})",
                    tests.tests.size(), schema.attributes.size()));
  }
  const auto* hash = tests.find(schema.hash().name);
  if (schema.range() == nullptr && tests.tests.size() > 1) {
    return errors::validation("Query key condition not supported");
  }
  if (hash == nullptr) {
    return errors::validation(
        fmt::format("Query condition missed key schema element: {}", schema.hash().name));
  }
  if (tests.tests.size() > 1 && tests.find(schema.range()->name) == nullptr) {
    return errors::validation(
        fmt::format("Query condition missed key schema element: {}", schema.range()->name));
  }
  return {};
}

/// Narrows the rows of the partition by the test of one sort attribute.
void narrow(const KeyTest& test, const std::string& prefix, KeyRange& range) {
  std::string at = prefix;
  if (test.kind == KeyTest::Kind::kBeginsWith) {
    keys::append_sort_prefix(at, *test.value);
    range.from = at;
    range.to = storage::prefix_end(at);
    return;
  }
  keys::append_sort(at, *test.value);
  const std::string after = storage::prefix_end(at);
  switch (test.kind) {
    case KeyTest::Kind::kLt:
      range.to = at;
      break;
    case KeyTest::Kind::kLe:
      range.to = after;
      break;
    case KeyTest::Kind::kGt:
      range.from = after;
      break;
    case KeyTest::Kind::kGe:
      range.from = at;
      break;
    case KeyTest::Kind::kBetween: {
      std::string upper = prefix;
      keys::append_sort(upper, *test.upper);
      range.from = at;
      range.to = storage::prefix_end(upper);
      break;
    }
    default:
      range.from = at;
      range.to = after;
      break;
  }
}

bool satisfies(const KeyTest& test, const AttributeValue& value) {
  switch (test.kind) {
    case KeyTest::Kind::kEq:
      return compare(Comparator::kEq, &value, test.value);
    case KeyTest::Kind::kLt:
      return compare(Comparator::kLt, &value, test.value);
    case KeyTest::Kind::kLe:
      return compare(Comparator::kLe, &value, test.value);
    case KeyTest::Kind::kGt:
      return compare(Comparator::kGt, &value, test.value);
    case KeyTest::Kind::kGe:
      return compare(Comparator::kGe, &value, test.value);
    case KeyTest::Kind::kBetween:
      return compare(Comparator::kGe, &value, test.value) &&
             compare(Comparator::kLe, &value, test.upper);
    case KeyTest::Kind::kBeginsWith:
      return begins_with(value, *test.value);
  }
  return false;
}

}  // namespace

const KeyTest* KeyTests::find(std::string_view attribute) const {
  for (const auto& test : tests) {
    if (test.attribute == attribute) return &test;
  }
  return nullptr;
}

Result<KeyTests> read_key_condition(BoundCondition bound) {
  KeyTests out;
  CUMULITE_TRY(collect(bound.parsed->root, bound.binding, out.tests));
  out.bound = std::move(bound);
  return out;
}

Result<KeyTests> read_key_conditions(const ConditionMap& conditions, Layer layer) {
  KeyTests out;
  auto values = std::make_shared<std::deque<AttributeValue>>();
  for (const auto& [name, condition] : conditions) {
    const std::string comparison = condition.ComparisonOperator.value_or("");
    const auto given = condition.AttributeValueList.value_or(std::vector<AttributeValue>{});
    CUMULITE_ASSIGN(auto operands, check_operands(comparison, given, layer));
    const auto kind = legacy_kind(comparison);
    KeyTest test;
    test.attribute = name;
    if (!kind) {
      out.tests.push_back(test);
      continue;
    }
    test.kind = *kind;
    test.value = &values->emplace_back(std::move(operands[0]));
    if (operands.size() > 1) test.upper = &values->emplace_back(std::move(operands[1]));
    out.tests.push_back(test);
  }
  if (out.tests.empty()) return condition_count();
  out.owned = std::move(values);
  return out;
}

Result<KeyRange> resolve_key_range(const KeyTests& tests, const KeySchema& schema,
                                   std::string_view rows_prefix) {
  const bool composite = schema.hash_count > 1 || schema.range_count() > 1;
  for (const auto& test : tests.tests) {
    if (composite && !schema.has(test.attribute)) {
      return errors::validation(
          fmt::format("Query key condition not supported: {} is no HASH or RANGE key attribute of "
                      "the index, conditions need equality on them",
                      test.attribute));
    }
  }
  if (composite) {
    CUMULITE_TRY(check_composite(tests, schema));
  } else {
    CUMULITE_TRY(check_simple(tests, schema));
  }
  KeyRange range;
  for (std::size_t i = 0; i < schema.attributes.size(); ++i) {
    const auto* test = tests.find(schema.attributes[i].name);
    if (test == nullptr) continue;
    const bool hash = i < schema.hash_count;
    CUMULITE_TRY(check_type(*test, schema.attributes[i], hash));
    if (!hash) continue;
    if (test->kind != KeyTest::Kind::kEq) {
      return errors::validation("Query key condition not supported");
    }
    range.partition.emplace_back(schema.attributes[i].name, *test->value);
  }
  std::string prefix = keys::partition_prefix(rows_prefix, schema, range.partition);
  range.from = prefix;
  range.to = storage::prefix_end(prefix);
  for (std::size_t i = schema.hash_count; i < schema.attributes.size(); ++i) {
    const auto* test = tests.find(schema.attributes[i].name);
    if (test == nullptr) break;
    // What an earlier, equal attribute left is narrowed further.
    narrow(*test, prefix, range);
    keys::append_sort(prefix, *test->value);
  }
  return range;
}

bool satisfies(const KeyTests& tests, const KeySchema& schema, const Item& key) {
  for (std::size_t i = schema.hash_count; i < schema.attributes.size(); ++i) {
    const auto* test = tests.find(schema.attributes[i].name);
    if (test == nullptr) continue;
    const auto* value = find(key, schema.attributes[i].name);
    if (value == nullptr || !satisfies(*test, *value)) return false;
  }
  return true;
}

}  // namespace cumulite::dynamodb::expression
