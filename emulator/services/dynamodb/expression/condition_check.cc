#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb::expression {
namespace {

constexpr std::size_t kInOperandsMax = 100;

/// Checks one comparison or function after the other, in the order of the text, each in the order
/// placeholders, operand count, distinct operands, operand types.
class Checker {
 public:
  Checker(std::string_view parameter, const Binding& binding, const Vocabulary* vocabulary)
      : parameter_(parameter), binding_(binding), vocabulary_(vocabulary) {}

  Result<void> check(const Condition& condition) const {
    for (const auto& child : condition.children) CUMULITE_TRY(check(child));
    for (const auto& operand : condition.operands) CUMULITE_TRY(check_defined(operand));
    for (const auto& operand : condition.operands) CUMULITE_TRY(check_operand(operand));
    switch (condition.kind) {
      case Condition::Kind::kFunction:
        return function(condition.function, condition.operands);
      case Condition::Kind::kCompare:
        CUMULITE_TRY(distinct(symbol(condition.comparator), condition.operands));
        return compare(condition);
      case Condition::Kind::kBetween:
        return between(condition);
      case Condition::Kind::kIn:
        if (condition.operands.size() > kInOperandsMax + 1) {
          return invalid(
              fmt::format("The IN operator is provided with too many operands; number "
                          "of operands: {}",
                          condition.operands.size() - 1));
        }
        return {};
      default:
        return {};
    }
  }

 private:
  /// PartiQL says the same without naming a parameter.
  Error invalid(std::string_view detail) const {
    if (parameter_.empty()) return errors::validation(std::string(detail));
    return errors::validation(fmt::format("Invalid {}: {}", parameter_, detail));
  }

  Error wrong_type(std::string_view function, std::string_view type) const {
    return invalid(
        fmt::format("Incorrect operand type for operator or function; operator or function: {}, "
                    "operand type: {}",
                    function, type));
  }

  /// Whether the operand's own placeholders are defined; those of its arguments are theirs.
  Result<void> check_defined(const Operand& operand) const {
    if (vocabulary_ == nullptr) return {};
    if (operand.kind == Operand::Kind::kValue) {
      return check_value_defined(parameter_, *vocabulary_, binding_, operand.value);
    }
    for (const auto& step : operand.path) {
      if (step.is_index) continue;
      CUMULITE_TRY(check_name_defined(parameter_, *vocabulary_, binding_, step.number));
    }
    return {};
  }

  Result<void> check_operand(const Operand& operand) const {
    for (const auto& argument : operand.args) CUMULITE_TRY(check_defined(argument));
    for (const auto& argument : operand.args) CUMULITE_TRY(check_operand(argument));
    if (operand.kind != Operand::Kind::kFunction) return {};
    return function(operand.function, operand.args);
  }

  const AttributeValue* value(const Operand& operand) const {
    return operand.kind == Operand::Kind::kValue ? binding_.values[operand.value] : nullptr;
  }

  Result<void> distinct(std::string_view name, const std::vector<Operand>& operands) const {
    if (operands.size() != 2 || operands[0].kind != Operand::Kind::kPath ||
        operands[1].kind != Operand::Kind::kPath) {
      return {};
    }
    const auto first = render_path(operands[0].path, binding_);
    if (first != render_path(operands[1].path, binding_)) return {};
    return invalid(
        fmt::format("The first operand must be distinct from the remaining operands for this "
                    "operator or function; operator: {}, first operand: {}",
                    name, first));
  }

  Result<void> compare(const Condition& condition) const {
    if (condition.comparator == Comparator::kEq || condition.comparator == Comparator::kNe) {
      return {};
    }
    for (const auto& operand : condition.operands) {
      const auto* constant = value(operand);
      if (constant != nullptr && !is_scalar_key_type(constant->type)) {
        if (parameter_.empty() || parameter_ == "KeyConditionExpression") {
          return wrong_type(symbol(condition.comparator), type_name(constant->type));
        }
        return invalid(fmt::format(
            "Incorrect operand type for operator or function; operator: {}, operand type: {}",
            symbol(condition.comparator), type_name(constant->type)));
      }
    }
    return {};
  }

  Result<void> between(const Condition& condition) const {
    const auto* lower = value(condition.operands[1]);
    const auto* upper = value(condition.operands[2]);
    for (const auto* bound : {lower, upper}) {
      if (bound != nullptr && !is_scalar_key_type(bound->type)) {
        return invalid(
            fmt::format("Incorrect operand type for operator or function; operator or function: "
                        "BETWEEN, operand type: {}",
                        type_name(bound->type)));
      }
    }
    if (lower == nullptr || upper == nullptr) return {};
    if (lower->type != upper->type) {
      return invalid(
          fmt::format("The BETWEEN operator requires same data type for lower and upper bounds; "
                      "lower bound operand: AttributeValue: {}, upper bound operand: "
                      "AttributeValue: {}",
                      render(*lower), render(*upper)));
    }
    if (compare_scalars(*lower, *upper) > 0) {
      return invalid(
          fmt::format("The BETWEEN operator requires upper bound to be greater than or equal to "
                      "lower bound; lower bound operand: AttributeValue: {}, upper bound operand: "
                      "AttributeValue: {}",
                      render(*lower), render(*upper)));
    }
    return {};
  }

  Result<void> function(std::string_view name, const std::vector<Operand>& operands) const {
    const bool binary = name == "attribute_type" || name == "begins_with" || name == "contains";
    if (operands.size() != (binary ? 2U : 1U)) {
      return invalid(
          fmt::format("Incorrect number of operands for operator or function; operator or "
                      "function: {}, number of operands: {}",
                      name, operands.size()));
    }
    CUMULITE_TRY(distinct(name, operands));
    if (name == "attribute_type") return attribute_type(operands);
    if (name == "begins_with") return begins_with(operands);
    if (name == "size") return size(operands);
    if (name == "contains") return {};
    if (operands[0].kind != Operand::Kind::kPath) {
      return invalid(fmt::format(
          "Operator or function requires a document path; operator or function: {}", name));
    }
    return {};
  }

  Result<void> attribute_type(const std::vector<Operand>& operands) const {
    const auto* wanted = value(operands[1]);
    if (operands[1].kind == Operand::Kind::kFunction) return wrong_type("attribute_type", "N");
    if (wanted == nullptr) {
      return wrong_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    }
    if (wanted->type != Type::kS) return wrong_type("attribute_type", type_name(wanted->type));
    for (int type = 0; type <= static_cast<int>(Type::kBool); ++type) {
      if (wanted->text() == type_name(static_cast<Type>(type))) return {};
    }
    return invalid(fmt::format(
        "Invalid attribute type name found; type: {}, valid types: {{{}}}", wanted->text(),
        parameter_.empty() ? "N,BS,L,B,NULL,M,S,SS,NS,BOOL" : "B,NULL,SS,BOOL,L,BS,N,NS,S,M"));
  }

  Result<void> begins_with(const std::vector<Operand>& operands) const {
    for (const auto& operand : operands) {
      if (operand.kind == Operand::Kind::kFunction) return wrong_type("begins_with", "N");
      const auto* constant = value(operand);
      if (constant != nullptr && constant->type != Type::kS && constant->type != Type::kB) {
        return wrong_type("begins_with", type_name(constant->type));
      }
    }
    return {};
  }

  Result<void> size(const std::vector<Operand>& operands) const {
    if (operands[0].kind == Operand::Kind::kFunction) return wrong_type("size", "N");
    const auto* constant = value(operands[0]);
    if (constant != nullptr && (constant->type == Type::kN || constant->type == Type::kBool ||
                                constant->type == Type::kNull)) {
      return wrong_type("size", type_name(constant->type));
    }
    return {};
  }

  std::string_view parameter_;
  const Binding& binding_;
  const Vocabulary* vocabulary_;
};

void collect(const std::vector<Operand>& operands, const Binding& binding,
             std::vector<TopAttribute>& out) {
  for (const auto& operand : operands) {
    if (operand.kind == Operand::Kind::kPath) {
      out.push_back({binding.name(operand.path.front()), operand.path.size() > 1});
    }
    collect(operand.args, binding, out);
  }
}

void collect(const Condition& condition, const Binding& binding, std::vector<TopAttribute>& out) {
  for (const auto& child : condition.children) collect(child, binding, out);
  collect(condition.operands, binding, out);
}

}  // namespace

Result<void> check_condition(std::string_view parameter, const Condition& condition,
                             const Binding& binding, const Vocabulary* vocabulary) {
  return Checker(parameter, binding, vocabulary).check(condition);
}

std::vector<TopAttribute> top_attributes(const Condition& condition, const Binding& binding) {
  std::vector<TopAttribute> out;
  collect(condition, binding, out);
  return out;
}

}  // namespace cumulite::dynamodb::expression
