#include <array>
#include <bitset>

#include <fmt/format.h>

#include "emulator/services/dynamodb/expression/parser.h"
#include "emulator/services/dynamodb/expression/parser_base.h"

namespace cumulite::dynamodb::expression {
namespace {

struct Section {
  Action action;
  std::string_view keyword;
};

constexpr std::array<Section, 4> kSections = {{{Action::kSet, "SET"},
                                               {Action::kRemove, "REMOVE"},
                                               {Action::kAdd, "ADD"},
                                               {Action::kDelete, "DELETE"}}};

class UpdateParser final : public ParserBase {
 public:
  UpdateParser(std::string_view text, ParsedUpdate& out)
      : ParserBase(text, out.vocabulary), out_(out) {}

  void run() {
    if (!sections() || !at_end()) {
      out_.fault = syntax_fault();
      return;
    }
    out_.fault = find_fault();
  }

 private:
  bool is_own_keyword(const Token& token) const override { return section_of(token) != nullptr; }

  static const Section* section_of(const Token& token) {
    for (const auto& section : kSections) {
      if (token.is_keyword(section.keyword)) return &section;
    }
    return nullptr;
  }

  bool sections() {
    std::bitset<4> seen;
    do {
      const Section* section = section_of(peek());
      if (section == nullptr) return false;
      const auto bit = static_cast<std::size_t>(section->action);
      if (seen[bit] && !repeated_) repeated_ = section->keyword;
      seen[bit] = true;
      advance();
      do {
        if (!clause(section->action)) return false;
      } while (take(","));
    } while (!at_end());
    return true;
  }

  bool clause(Action action) {
    UpdateClause out;
    out.action = action;
    auto target = path();
    if (!target) return false;
    out.path = std::move(*target);
    if (action == Action::kSet) {
      if (!take("=")) return false;
      auto value = set_value();
      if (!value) return false;
      out.value = std::move(*value);
    } else if (action != Action::kRemove) {
      if (peek().kind != Token::Kind::kValueRef) return false;
      auto value = operand(0);
      if (!value) return false;
      out.value = std::move(*value);
    }
    out_.clauses.push_back(std::move(out));
    return true;
  }

  /// Operand, operand + operand, operand - operand; all of it may stand in parentheses.
  std::optional<Operand> set_value() {
    const auto start = position_;
    auto first = operand(0);
    if (!first && tokens_[start].is("(")) {
      position_ = start;
      advance();
      auto inner = set_value();
      if (!inner || !take(")")) return std::nullopt;
      return inner;
    }
    if (!first) return std::nullopt;
    if (!peek().is("+") && !peek().is("-")) return first;
    Operand out;
    out.kind = peek().is("+") ? Operand::Kind::kPlus : Operand::Kind::kMinus;
    ++operators_;
    advance();
    auto second = operand(0);
    if (!second) return std::nullopt;
    out.args.push_back(std::move(*first));
    out.args.push_back(std::move(*second));
    return out;
  }

  std::optional<std::string> find_fault() {
    if (operators_ > kOperatorsMax) {
      return fmt::format("The expression contains too many operators; operator count: {}",
                         kOperatorsMax + 1);
    }
    if (redundant_parentheses_) return "The expression has redundant parentheses;";
    if (reserved_) return reserved_;
    if (index_fault_) return index_fault_;
    if (depth_fault_) return depth_fault_;
    for (const auto& one : out_.clauses) {
      if (auto unknown = unknown_function(one.value)) {
        return fmt::format("Invalid function name; function: {}", *unknown);
      }
    }
    for (const auto& one : out_.clauses) {
      if (auto misused = misused_function(one.value)) {
        return fmt::format(
            "The function is not allowed to be used this way in an expression; function: {}",
            *misused);
      }
    }
    if (repeated_) {
      return fmt::format("The \"{}\" section can only be used once in an update expression;",
                         *repeated_);
    }
    return std::nullopt;
  }

  static bool is_condition_function(std::string_view name) {
    return name == "attribute_exists" || name == "attribute_not_exists" ||
           name == "attribute_type" || name == "begins_with" || name == "contains" ||
           name == "size";
  }

  static std::optional<std::string> unknown_function(const Operand& value) {
    for (const auto& argument : value.args) {
      if (auto found = unknown_function(argument)) return found;
    }
    if (value.kind != Operand::Kind::kFunction || value.function == "if_not_exists" ||
        value.function == "list_append" || is_condition_function(value.function)) {
      return std::nullopt;
    }
    return value.function;
  }

  static std::optional<std::string> misused_function(const Operand& value) {
    for (const auto& argument : value.args) {
      if (auto found = misused_function(argument)) return found;
    }
    if (value.kind == Operand::Kind::kFunction && is_condition_function(value.function)) {
      return value.function;
    }
    return std::nullopt;
  }

  ParsedUpdate& out_;
  std::optional<std::string_view> repeated_;
};

class ProjectionParser final : public ParserBase {
 public:
  ProjectionParser(std::string_view text, ParsedProjection& out)
      : ParserBase(text, out.vocabulary), out_(out) {}

  void run() {
    if (!paths() || !at_end()) {
      out_.fault = syntax_fault();
    } else if (reserved_) {
      out_.fault = reserved_;
    } else if (index_fault_) {
      out_.fault = index_fault_;
    } else {
      out_.fault = depth_fault_;
    }
  }

 private:
  bool is_own_keyword(const Token&) const override { return false; }

  bool paths() {
    do {
      auto one = path();
      if (!one) return false;
      out_.paths.push_back(std::move(*one));
    } while (take(","));
    return true;
  }

  ParsedProjection& out_;
};

}  // namespace

ParsedUpdate read_update(std::string_view text) {
  ParsedUpdate out;
  UpdateParser(text, out).run();
  return out;
}

ParsedProjection read_projection(std::string_view text) {
  ParsedProjection out;
  ProjectionParser(text, out).run();
  return out;
}

}  // namespace cumulite::dynamodb::expression
