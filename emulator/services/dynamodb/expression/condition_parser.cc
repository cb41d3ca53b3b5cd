#include <array>

#include <fmt/format.h>

#include "emulator/services/dynamodb/expression/parser.h"
#include "emulator/services/dynamodb/expression/parser_base.h"

namespace cumulite::dynamodb::expression {
namespace {

constexpr std::array<std::string_view, 6> kFunctions = {"attribute_exists", "attribute_not_exists",
                                                        "attribute_type",   "begins_with",
                                                        "contains",         "size"};

bool is_known(std::string_view function) {
  for (const auto known : kFunctions) {
    if (known == function) return true;
  }
  // Functions of update expressions: known, but never allowed here.
  return function == "if_not_exists" || function == "list_append";
}

class ConditionParser final : public ParserBase {
 public:
  ConditionParser(std::string_view text, ParsedCondition& out)
      : ParserBase(text, out.vocabulary), out_(out) {}

  void run() {
    auto root = disjunction(0);
    if (!root || !at_end()) {
      out_.fault = syntax_fault();
      return;
    }
    out_.root = std::move(*root);
    out_.fault = find_fault();
  }

 private:
  bool is_own_keyword(const Token& token) const override {
    return token.is_keyword("AND") || token.is_keyword("OR") || token.is_keyword("NOT") ||
           token.is_keyword("IN") || token.is_keyword("BETWEEN");
  }

  std::optional<Condition> disjunction(int depth) {
    return chain(depth, "OR", Condition::Kind::kOr);
  }

  /// x AND y AND z as one node, so that long chains do not nest.
  std::optional<Condition> chain(int depth, std::string_view keyword, Condition::Kind kind) {
    auto next = [&] {
      return kind == Condition::Kind::kOr ? chain(depth, "AND", Condition::Kind::kAnd)
                                          : negation(depth);
    };
    auto first = next();
    if (!first || !peek().is_keyword(keyword)) return first;
    Condition out;
    out.kind = kind;
    out.children.push_back(std::move(*first));
    while (take_keyword(keyword)) {
      ++operators_;
      auto child = next();
      if (!child) return std::nullopt;
      out.children.push_back(std::move(*child));
    }
    return out;
  }

  std::optional<Condition> negation(int depth) {
    if (depth > kDepthMax) return std::nullopt;
    if (!take_keyword("NOT")) return primary(depth);
    ++operators_;
    auto inner = negation(depth + 1);
    if (!inner) return std::nullopt;
    Condition out;
    out.kind = Condition::Kind::kNot;
    out.children.push_back(std::move(*inner));
    return out;
  }

  /// "(" may open an operand, as in (a) = :b, or a condition: tried in this order.
  std::optional<Condition> primary(int depth) {
    const auto start = position_;
    const auto operators = operators_;
    const auto redundant = redundant_parentheses_;
    auto first = operand(depth);
    if (first) {
      if (auto out = comparison(std::move(*first), depth)) return out;
    }
    if (!tokens_[start].is("(")) return std::nullopt;
    position_ = start;
    operators_ = operators;
    redundant_parentheses_ = redundant;
    advance();
    const bool doubled = peek().is("(");
    const auto inner_start = position_;
    auto inner = disjunction(depth + 1);
    if (!inner || !take(")")) return std::nullopt;
    if (doubled && closes_at(inner_start) + 2 == position_) redundant_parentheses_ = true;
    return inner;
  }

  /// Position of the parenthesis that closes the one at `open`.
  std::size_t closes_at(std::size_t open) const {
    int level = 0;
    for (std::size_t i = open; i < tokens_.size(); ++i) {
      if (tokens_[i].is("(")) ++level;
      if (tokens_[i].is(")") && --level == 0) return i;
    }
    return tokens_.size();
  }

  std::optional<Comparator> comparator() {
    static constexpr std::array kAll = {Comparator::kEq, Comparator::kNe, Comparator::kLt,
                                        Comparator::kLe, Comparator::kGt, Comparator::kGe};
    for (const auto one : kAll) {
      if (take(symbol(one))) return one;
    }
    return std::nullopt;
  }

  std::optional<Condition> comparison(Operand first, int depth) {
    Condition out;
    const bool is_function = first.kind == Operand::Kind::kFunction;
    if (const auto found = comparator()) {
      ++operators_;
      out.comparator = *found;
      out.operands.push_back(std::move(first));
      auto second = operand(depth);
      if (!second) return std::nullopt;
      out.operands.push_back(std::move(*second));
      return out;
    }
    if (take_keyword("BETWEEN")) return between(std::move(first), depth);
    if (take_keyword("IN")) return in(std::move(first), depth);
    if (!is_function) return std::nullopt;
    out.kind = Condition::Kind::kFunction;
    out.function = first.function;
    out.operands = std::move(first.args);
    return out;
  }

  std::optional<Condition> between(Operand first, int depth) {
    ++operators_;
    Condition out;
    out.kind = Condition::Kind::kBetween;
    out.operands.push_back(std::move(first));
    auto lower = operand(depth);
    if (!lower || !take_keyword("AND")) return std::nullopt;
    auto upper = operand(depth);
    if (!upper) return std::nullopt;
    out.operands.push_back(std::move(*lower));
    out.operands.push_back(std::move(*upper));
    return out;
  }

  std::optional<Condition> in(Operand first, int depth) {
    ++operators_;
    Condition out;
    out.kind = Condition::Kind::kIn;
    out.operands.push_back(std::move(first));
    if (!take("(")) return std::nullopt;
    do {
      auto choice = operand(depth);
      if (!choice) return std::nullopt;
      out.operands.push_back(std::move(*choice));
    } while (take(","));
    if (!take(")")) return std::nullopt;
    return out;
  }

  /// DynamoDB's order: operators, parentheses, unknown functions, misused ones, reserved words.
  std::optional<std::string> find_fault() {
    if (operators_ > kOperatorsMax) {
      return fmt::format("The expression contains too many operators; operator count: {}",
                         kOperatorsMax + 1);
    }
    if (redundant_parentheses_) return "The expression has redundant parentheses;";
    if (auto unknown = unknown_function(out_.root)) {
      return fmt::format("Invalid function name; function: {}", *unknown);
    }
    if (auto misused = misused_function(out_.root)) {
      return fmt::format(
          "The function is not allowed to be used this way in an expression; function: {}",
          *misused);
    }
    if (reserved_) return reserved_;
    if (index_fault_) return index_fault_;
    return depth_fault_;
  }

  static std::optional<std::string> unknown_in(const std::vector<Operand>& operands) {
    for (const auto& operand : operands) {
      if (operand.kind != Operand::Kind::kFunction) continue;
      if (auto inner = unknown_in(operand.args)) return inner;
      if (!is_known(operand.function)) return operand.function;
    }
    return std::nullopt;
  }

  static std::optional<std::string> unknown_function(const Condition& condition) {
    for (const auto& child : condition.children) {
      if (auto found = unknown_function(child)) return found;
    }
    if (auto found = unknown_in(condition.operands)) return found;
    if (condition.kind == Condition::Kind::kFunction && !is_known(condition.function)) {
      return condition.function;
    }
    return std::nullopt;
  }

  /// Only size() yields a value; the others are conditions.
  static std::optional<std::string> misused_in(const std::vector<Operand>& operands) {
    for (const auto& operand : operands) {
      if (operand.kind != Operand::Kind::kFunction) continue;
      if (operand.function != "size") return operand.function;
      if (auto inner = misused_in(operand.args)) return inner;
    }
    return std::nullopt;
  }

  static std::optional<std::string> misused_function(const Condition& condition) {
    for (const auto& child : condition.children) {
      if (auto found = misused_function(child)) return found;
    }
    if (auto found = misused_in(condition.operands)) return found;
    const auto& name = condition.function;
    if (condition.kind == Condition::Kind::kFunction &&
        (name == "size" || name == "if_not_exists" || name == "list_append")) {
      return name;
    }
    return std::nullopt;
  }

  ParsedCondition& out_;
};

}  // namespace

ParsedCondition read_condition(std::string_view text) {
  ParsedCondition out;
  ConditionParser(text, out).run();
  return out;
}

}  // namespace cumulite::dynamodb::expression
