#include "emulator/services/dynamodb/expression/legacy.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb::expression {
namespace {

/// Collects slots for names and values that the request has in its own structures.
class Builder {
 public:
  explicit Builder(Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  Path path(std::string_view name) {
    const auto slot = vocabulary_.name_slot(name);
    if (slot == binding_.names.size()) binding_.names.push_back(name);
    return {{false, slot}};
  }

  Operand path_operand(std::string_view name) {
    Operand out;
    out.path = path(name);
    return out;
  }

  Operand value(AttributeValue given) {
    Operand out;
    out.kind = Operand::Kind::kValue;
    out.value = static_cast<std::uint32_t>(binding_.values.size());
    binding_.values.push_back(&owned_->emplace_back(std::move(given)));
    return out;
  }

  Binding take_binding() { return std::move(binding_); }

  std::shared_ptr<const void> owned() const { return owned_; }

 private:
  Vocabulary& vocabulary_;
  Binding binding_;
  // A deque: bindings point to its elements.
  std::shared_ptr<std::deque<AttributeValue>> owned_ =
      std::make_shared<std::deque<AttributeValue>>();
};

bool operand_count_fits(std::string_view comparison, std::size_t count) {
  if (comparison == "NULL" || comparison == "NOT_NULL") return count == 0;
  if (comparison == "BETWEEN") return count == 2;
  if (comparison == "IN") return count >= 1;
  return count == 1;
}

bool operand_type_fits(std::string_view comparison, Type type) {
  if (comparison == "EQ" || comparison == "NE") return true;
  if (comparison == "BEGINS_WITH") return type == Type::kS || type == Type::kB;
  return is_scalar_key_type(type);
}

Condition function_of(std::string_view name, std::vector<Operand> operands) {
  Condition out;
  out.kind = Condition::Kind::kFunction;
  out.function = std::string(name);
  out.operands = std::move(operands);
  return out;
}

std::optional<Comparator> comparator_of(std::string_view comparison) {
  if (comparison == "EQ") return Comparator::kEq;
  if (comparison == "NE") return Comparator::kNe;
  if (comparison == "LT") return Comparator::kLt;
  if (comparison == "LE") return Comparator::kLe;
  if (comparison == "GT") return Comparator::kGt;
  if (comparison == "GE") return Comparator::kGe;
  return std::nullopt;
}

Condition translate(Builder& builder, std::string_view name, std::string_view comparison,
                    std::vector<AttributeValue> values) {
  const Operand tested = builder.path_operand(name);
  std::vector<Operand> operands = {tested};
  for (auto& value : values) operands.push_back(builder.value(std::move(value)));
  if (comparison == "NULL") return function_of("attribute_not_exists", std::move(operands));
  if (comparison == "NOT_NULL") return function_of("attribute_exists", std::move(operands));
  if (comparison == "CONTAINS") return function_of("contains", std::move(operands));
  if (comparison == "BEGINS_WITH") return function_of("begins_with", std::move(operands));
  if (comparison == "NOT_CONTAINS") {
    std::vector<Condition> negated;
    negated.push_back(function_of("contains", std::move(operands)));
    std::vector<Condition> both;
    both.push_back(function_of("attribute_exists", {tested}));
    both.push_back(Condition::group(Condition::Kind::kNot, std::move(negated)));
    return Condition::group(Condition::Kind::kAnd, std::move(both));
  }
  Condition out;
  out.operands = std::move(operands);
  if (comparison == "BETWEEN") {
    out.kind = Condition::Kind::kBetween;
  } else if (comparison == "IN") {
    out.kind = Condition::Kind::kIn;
  } else {
    out.comparator = comparator_of(comparison).value_or(Comparator::kEq);
  }
  return out;
}

std::optional<BoundCondition> finish(std::shared_ptr<ParsedCondition> parsed, Builder& builder,
                                     std::vector<Condition> conditions, bool any) {
  if (conditions.empty()) return std::nullopt;
  parsed->root =
      Condition::group(any ? Condition::Kind::kOr : Condition::Kind::kAnd, std::move(conditions));
  return BoundCondition{std::move(parsed), builder.take_binding(), builder.owned()};
}

/// One entry of Expected as comparison and operands.
struct Expectation {
  std::string comparison;
  std::vector<AttributeValue> values;
};

Result<Expectation> read_plain(const std::string& name, const api::ExpectedAttributeValue& expected,
                               Layer layer) {
  if (expected.AttributeValueList) {
    return errors::invalid_parameter(
        fmt::format("AttributeValueList can only be used with a ComparisonOperator for Attribute: "
                    "{}",
                    name));
  }
  const bool exists = expected.Exists.value_or(true);
  if (exists && !expected.Value) {
    return errors::invalid_parameter(
        fmt::format("Value must be provided when Exists is {} for Attribute: {}",
                    expected.Exists ? "true" : "null", name));
  }
  if (!exists && expected.Value) {
    return errors::invalid_parameter(
        fmt::format("Value cannot be used when Exists is false for Attribute: {}", name));
  }
  if (!exists) return Expectation{"NULL", {}};
  AttributeValue value = *expected.Value;
  CUMULITE_TRY(normalize(value, layer));
  return Expectation{"EQ", {std::move(value)}};
}

Result<Expectation> read_expectation(const std::string& name,
                                     const api::ExpectedAttributeValue& expected, Layer layer) {
  if (expected.AttributeValueList && expected.Value) {
    return errors::invalid_parameter(fmt::format(
        "Value and AttributeValueList cannot be used together for Attribute: {}", name));
  }
  if (!expected.ComparisonOperator) return read_plain(name, expected, layer);
  const auto& comparison = *expected.ComparisonOperator;
  if (expected.Exists) {
    return errors::invalid_parameter(fmt::format(
        "Exists and ComparisonOperator cannot be used together for Attribute: {}", name));
  }
  if (comparison != "NULL" && comparison != "NOT_NULL" && !expected.AttributeValueList &&
      !expected.Value) {
    return errors::invalid_parameter(
        fmt::format("Value or AttributeValueList must be used with ComparisonOperator: {} for "
                    "Attribute: {}",
                    comparison, name));
  }
  std::vector<AttributeValue> values;
  if (expected.AttributeValueList) values = *expected.AttributeValueList;
  if (expected.Value) values.push_back(*expected.Value);
  CUMULITE_ASSIGN(auto checked, check_operands(comparison, values, layer));
  return Expectation{comparison, std::move(checked)};
}

Result<void> check_update(const std::string& name, const api::AttributeValueUpdate& update) {
  if (name.empty()) return errors::invalid_parameter("Empty attribute name");
  const std::string action = update.Action.value_or("PUT");
  if (!update.Value) {
    if (action == "DELETE") return {};
    return errors::invalid_parameter(
        "Only DELETE action is allowed when no attribute value is specified");
  }
  const Type type = update.Value->type;
  const bool set = type == Type::kSS || type == Type::kNS || type == Type::kBS;
  if (action == "DELETE" && !set) {
    return errors::invalid_parameter(
        fmt::format("DELETE action with value is not supported for the type {}", type_name(type)));
  }
  if (action == "ADD" && !set && type != Type::kN && type != Type::kL) {
    return errors::invalid_parameter(
        fmt::format("ADD action is not supported for the type {}", type_name(type)));
  }
  return {};
}

Action action_of(const api::AttributeValueUpdate& update) {
  const std::string action = update.Action.value_or("PUT");
  if (action == "ADD") return Action::kAdd;
  if (action == "DELETE") return update.Value ? Action::kDelete : Action::kRemove;
  return Action::kSet;
}

Error operator_without_conditions() {
  return errors::invalid_parameter("ConditionalOperator cannot be used without Filter or Expected");
}

/// Looked at after the conditions themselves.
Result<void> check_joins(const std::optional<std::string>& conditional_operator,
                            std::size_t conditions) {
  if (!conditional_operator || conditions > 1) return {};
  return errors::validation(
      "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

}  // namespace

Result<std::vector<AttributeValue>> check_operands(std::string_view comparison,
                                                   const std::vector<AttributeValue>& values,
                                                   Layer layer) {
  std::vector<AttributeValue> out = values;
  for (auto& value : out) CUMULITE_TRY(normalize(value, layer));
  if (!operand_count_fits(comparison, out.size())) {
    return errors::invalid_parameter(
        fmt::format("Invalid number of argument(s) for the {} ComparisonOperator", comparison));
  }
  for (const auto& value : out) {
    if (value.type != out.front().type) {
      return errors::invalid_parameter(
          "AttributeValues inside AttributeValueList must be of same type");
    }
    if (!operand_type_fits(comparison, value.type)) {
      return errors::invalid_parameter(
          fmt::format("ComparisonOperator {} is not valid for {} AttributeValue type", comparison,
                      type_name(value.type)));
    }
  }
  if (comparison == "BETWEEN" && compare_scalars(out[0], out[1]) > 0) {
    return errors::validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound");
  }
  return out;
}

Result<std::optional<BoundCondition>> bind_expected(
    const std::optional<ExpectedMap>& expected,
    const std::optional<std::string>& conditional_operator, Layer layer) {
  if (!expected || expected->empty()) {
    if (conditional_operator) return operator_without_conditions();
    return std::optional<BoundCondition>{};
  }
  auto parsed = std::make_shared<ParsedCondition>();
  Builder builder(parsed->vocabulary);
  std::vector<Condition> conditions;
  for (const auto& [name, entry] : *expected) {
    CUMULITE_ASSIGN(auto expectation, read_expectation(name, entry, layer));
    conditions.push_back(
        translate(builder, name, expectation.comparison, std::move(expectation.values)));
  }
  CUMULITE_TRY(check_joins(conditional_operator, conditions.size()));
  return finish(std::move(parsed), builder, std::move(conditions), conditional_operator == "OR");
}

Result<std::optional<BoundCondition>> bind_filter(
    const std::optional<ConditionMap>& filter,
    const std::optional<std::string>& conditional_operator, Layer layer) {
  if (!filter || filter->empty()) {
    if (conditional_operator) return operator_without_conditions();
    return std::optional<BoundCondition>{};
  }
  auto parsed = std::make_shared<ParsedCondition>();
  Builder builder(parsed->vocabulary);
  std::vector<Condition> conditions;
  for (const auto& [name, entry] : *filter) {
    const std::string comparison = entry.ComparisonOperator.value_or("");
    const auto given = entry.AttributeValueList.value_or(std::vector<AttributeValue>{});
    CUMULITE_ASSIGN(auto values, check_operands(comparison, given, layer));
    conditions.push_back(translate(builder, name, comparison, std::move(values)));
  }
  CUMULITE_TRY(check_joins(conditional_operator, conditions.size()));
  return finish(std::move(parsed), builder, std::move(conditions), conditional_operator == "OR");
}

Result<BoundUpdate> bind_attribute_updates(const UpdateMap& updates, Layer layer) {
  auto parsed = std::make_shared<ParsedUpdate>();
  Builder builder(parsed->vocabulary);
  for (const auto& [name, update] : updates) {
    std::optional<AttributeValue> value = update.Value;
    if (value) CUMULITE_TRY(normalize(*value, layer));
    CUMULITE_TRY(check_update(name, update));
    UpdateClause clause;
    clause.action = action_of(update);
    clause.path = builder.path(name);
    if (value) clause.value = builder.value(std::move(*value));
    parsed->clauses.push_back(std::move(clause));
  }
  return BoundUpdate{std::move(parsed), builder.take_binding(), builder.owned(), true};
}

}  // namespace cumulite::dynamodb::expression
