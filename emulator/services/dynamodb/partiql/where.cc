#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/partiql/translate.h"

namespace cumulite::dynamodb::partiql {
namespace {

using expression::Comparator;
using expression::Condition;
using expression::Operand;

constexpr std::array<std::string_view, 5> kConditionFunctions = {
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"};

Condition negate(Condition condition) {
  std::vector<Condition> one;
  one.push_back(std::move(condition));
  return Condition::group(Condition::Kind::kNot, std::move(one));
}

Condition both(Condition a, Condition b) {
  std::vector<Condition> all;
  all.push_back(std::move(a));
  all.push_back(std::move(b));
  return Condition::group(Condition::Kind::kAnd, std::move(all));
}

Condition either(Condition a, Condition b) {
  std::vector<Condition> all;
  all.push_back(std::move(a));
  all.push_back(std::move(b));
  return Condition::group(Condition::Kind::kOr, std::move(all));
}

/// True of no item.
Condition never() {
  return Condition::group(Condition::Kind::kOr, {});
}

Comparator comparator_named(std::string_view symbol) {
  if (symbol == "=") return Comparator::kEq;
  if (symbol == "<>") return Comparator::kNe;
  if (symbol == "<") return Comparator::kLt;
  if (symbol == "<=") return Comparator::kLe;
  return symbol == ">" ? Comparator::kGt : Comparator::kGe;
}

/// Whether the expression is true or false by itself, not a value.
bool is_condition(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kCompare:
    case Node::Kind::kBetween:
    case Node::Kind::kIn:
    case Node::Kind::kIs:
    case Node::Kind::kAnd:
    case Node::Kind::kOr:
    case Node::Kind::kNot:
      return true;
    case Node::Kind::kCall:
      return node.text != "size";
    default:
      return false;
  }
}

/// DynamoDB's types behind a type name.
std::vector<std::string_view> types_of(std::string_view name) {
  if (name == "null") return {"NULL"};
  if (name == "bool" || name == "boolean") return {"BOOL"};
  if (name == "list" || name == "sexp") return {"L"};
  if (name == "struct" || name == "tuple" || name == "map") return {"M"};
  if (name == "bag") return {"SS", "NS", "BS"};
  if (name == "blob" || name == "clob" || name == "binary") return {"B"};
  for (const std::string_view text : {"string", "char", "character", "varchar", "symbol"}) {
    if (name == text) return {"S"};
  }
  for (const std::string_view other : {"date", "any"}) {
    if (name == other) return {};
  }
  return {"N"};
}

class Conditions {
 public:
  Conditions(TreeBuilder& builder, const Parameters& parameters)
      : builder_(builder), parameters_(parameters) {}

  Result<Condition> condition(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kAnd:
      case Node::Kind::kOr:
      case Node::Kind::kNot:
        return connective(node);
      case Node::Kind::kCompare:
        return comparison(node.text, node.children[0], node.children[1]);
      case Node::Kind::kBetween:
        return with_operands(Condition::Kind::kBetween, node.children);
      case Node::Kind::kIn:
        return membership(node);
      case Node::Kind::kIs:
        return type_test(node);
      case Node::Kind::kCall:
        return function(node);
      default:
        return errors::validation(
            fmt::format("Unexpected condition in where clause at {}", node.position.text()));
    }
  }

 private:
  Result<Condition> connective(const Node& node) {
    std::vector<Condition> children;
    for (const auto& child : node.children) {
      CUMULITE_ASSIGN(Condition one, condition(child));
      children.push_back(std::move(one));
    }
    return Condition::group(node.kind == Node::Kind::kAnd  ? Condition::Kind::kAnd
                            : node.kind == Node::Kind::kOr ? Condition::Kind::kOr
                                                           : Condition::Kind::kNot,
                            std::move(children));
  }

  Result<Operand> operand(const Node& node) {
    if (is_constant(node)) {
      CUMULITE_ASSIGN(AttributeValue value, constant(node, parameters_));
      return builder_.value(std::move(value));
    }
    Operand out;
    if (node.kind == Node::Kind::kPath) {
      CUMULITE_ASSIGN(out.path, builder_.path(node));
      return out;
    }
    if (node.kind != Node::Kind::kCall || node.text != "size") {
      if (node.kind == Node::Kind::kCall) return unrecognized(node);
      return errors::validation(
          fmt::format("Unsupported operation: {} at {}", "NAry", node.position.text()));
    }
    out.kind = Operand::Kind::kFunction;
    out.function = node.text;
    for (const auto& child : node.children) {
      CUMULITE_ASSIGN(Operand argument, operand(child));
      out.args.push_back(std::move(argument));
    }
    return out;
  }

  static Error unrecognized(const Node& call) {
    return errors::validation(
        fmt::format("Unrecognized function: {} at {}", call.text, call.position.text()));
  }

  Result<Condition> with_operands(Condition::Kind kind, const std::vector<Node>& operands) {
    Condition out;
    out.kind = kind;
    for (const auto& node : operands) {
      CUMULITE_ASSIGN(Operand one, operand(node));
      out.operands.push_back(std::move(one));
    }
    return out;
  }

  Result<Condition> comparison(std::string_view symbol, const Node& left, const Node& right) {
    if (is_condition(left)) return truth_test(symbol, left, right);
    if (is_condition(right)) return truth_test(symbol, right, left);
    std::vector<Node> sides = {left, right};
    CUMULITE_ASSIGN(Condition out, with_operands(Condition::Kind::kCompare, sides));
    out.comparator = comparator_named(symbol);
    return out;
  }

  /// A condition compared as the boolean that it is.
  Result<Condition> truth_test(std::string_view symbol, const Node& tested, const Node& other) {
    if (symbol != "=" && symbol != "<>") {
      return errors::validation(
          fmt::format("Incorrect operand type for operator or function; operator or function: {}, "
                      "operand type: BOOL",
                      symbol));
    }
    CUMULITE_ASSIGN(Condition equal, equal_truth(tested, other));
    return symbol == "=" ? std::move(equal) : negate(std::move(equal));
  }

  Result<Condition> equal_truth(const Node& tested, const Node& other) {
    CUMULITE_ASSIGN(Condition truth, condition(tested));
    if (is_condition(other)) {
      CUMULITE_ASSIGN(Condition second, condition(other));
      Condition neither = both(negate(truth), negate(second));
      return either(both(std::move(truth), std::move(second)), std::move(neither));
    }
    CUMULITE_ASSIGN(const Operand value, operand(other));
    if (is_constant(other)) {
      CUMULITE_ASSIGN(const AttributeValue literal, constant(other, parameters_));
      if (literal.type != Type::kBool) return never();
      return literal.boolean() ? std::move(truth) : negate(std::move(truth));
    }
    const auto is = [&](bool wanted) {
      Condition out;
      out.operands.push_back(value);
      out.operands.push_back(builder_.value({Type::kBool, wanted}));
      return out;
    };
    Condition when_true = both(truth, is(true));
    return either(std::move(when_true), both(negate(std::move(truth)), is(false)));
  }

  Result<Condition> membership(const Node& node) {
    const Node& list = node.children[1];
    std::vector<Node> choices = list.children;
    if (list.kind == Node::Kind::kParameter && parameters_[list.parameter].type == Type::kL) {
      return member_of_parameter(node.children[0], parameters_[list.parameter].list());
    }
    if (list.kind != Node::Kind::kList && list.kind != Node::Kind::kBag) choices = {list};
    if (is_condition(node.children[0])) {
      std::vector<Condition> any;
      for (const auto& choice : choices) {
        CUMULITE_ASSIGN(Condition one, equal_truth(node.children[0], choice));
        any.push_back(std::move(one));
      }
      return Condition::group(Condition::Kind::kOr, std::move(any));
    }
    choices.insert(choices.begin(), node.children[0]);
    return with_operands(Condition::Kind::kIn, choices);
  }

  Result<Condition> member_of_parameter(const Node& tested, const AttributeValue::List& choices) {
    Condition out;
    out.kind = Condition::Kind::kIn;
    CUMULITE_ASSIGN(Operand first, operand(tested));
    out.operands.push_back(std::move(first));
    for (const auto& choice : choices) out.operands.push_back(builder_.value(choice));
    return out;
  }

  Result<Condition> type_test(const Node& node) {
    Condition out;
    out.kind = Condition::Kind::kFunction;
    CUMULITE_ASSIGN(const Operand tested, operand(node.children[0]));
    out.operands.push_back(tested);
    if (node.text == "missing") {
      out.function = "attribute_not_exists";
      return out;
    }
    out.function = "attribute_type";
    std::vector<Condition> any;
    for (const auto type : types_of(node.text)) {
      Condition one = out;
      one.operands.push_back(builder_.value(make_string(std::string(type))));
      any.push_back(std::move(one));
    }
    if (any.size() == 1) return std::move(any.front());
    return Condition::group(Condition::Kind::kOr, std::move(any));
  }

  Result<Condition> function(const Node& node) {
    if (std::find(kConditionFunctions.begin(), kConditionFunctions.end(), node.text) ==
        kConditionFunctions.end()) {
      return unrecognized(node);
    }
    CUMULITE_ASSIGN(Condition out, with_operands(Condition::Kind::kFunction, node.children));
    out.function = node.text;
    return out;
  }

  TreeBuilder& builder_;
  const Parameters& parameters_;
};

}  // namespace

Result<expression::BoundCondition> bind_where(const Node& where, const Parameters& parameters) {
  auto parsed = std::make_shared<expression::ParsedCondition>();
  TreeBuilder builder(parsed->vocabulary);
  CUMULITE_ASSIGN(parsed->root, Conditions(builder, parameters).condition(where));
  expression::BoundCondition out{parsed, builder.binding(), builder.owned()};
  CUMULITE_TRY(expression::check_condition({}, parsed->root, out.binding));
  return out;
}

}  // namespace cumulite::dynamodb::partiql
