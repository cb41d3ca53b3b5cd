#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/expression/ast.h"
#include "emulator/services/dynamodb/expression/lexer.h"

namespace cumulite::dynamodb::expression {

/// What the three grammars share: the token cursor, paths, operands, functions, and the faults that
/// do not depend on a request. Parse functions return nullopt at a syntax error; the furthest
/// position that was reached is the one reported.
class ParserBase {
 public:
  /// Deeper than anything that the operator limit lets through; bounds the recursion.
  static constexpr int kDepthMax = 320;
  static constexpr int kOperatorsMax = 300;

 protected:
  ParserBase(std::string_view text, Vocabulary& vocabulary)
      : text_(text), tokens_(tokenize(text)), vocabulary_(vocabulary) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
  }

  void advance() {
    if (position_ + 1 < tokens_.size()) ++position_;
    if (position_ > furthest_) furthest_ = position_;
  }

  bool take(std::string_view symbol) {
    if (!peek().is(symbol)) return false;
    advance();
    return true;
  }

  bool take_keyword(std::string_view word) {
    if (!peek().is_keyword(word)) return false;
    advance();
    return true;
  }

  bool at_end() const { return peek().kind == Token::Kind::kEnd; }

  /// The message for where parsing got stuck.
  std::string syntax_fault() const { return syntax_error(text_, tokens_, furthest_); }

  /// Words that may not begin a path or a function in this grammar.
  virtual bool is_own_keyword(const Token& token) const = 0;
  std::optional<Path> path();
  /// Path, value, function call, or one of them in parentheses.
  std::optional<Operand> operand(int depth);
  std::optional<Operand> function_call(int depth);

  ~ParserBase() = default;

  std::string_view text_;
  std::vector<Token> tokens_;
  Vocabulary& vocabulary_;
  std::size_t position_ = 0;
  std::size_t furthest_ = 0;
  int operators_ = 0;
  bool redundant_parentheses_ = false;
  std::optional<std::string> reserved_;     ///< First reserved word used as a name.
  std::optional<std::string> index_fault_;  ///< First list index out of range.
  std::optional<std::string> depth_fault_;  ///< A path of too many steps.

 private:
  std::optional<std::uint32_t> attribute_name();
  bool path_step(Path& out);
  void check_path(const Path& path);
};

}  // namespace cumulite::dynamodb::expression
