#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/services/dynamodb/partiql/syntax.h"

namespace cumulite::dynamodb::partiql {

/// Walks the tokens and reads expressions; statements are read by the class that derives from it.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  virtual ~ExpressionParser() = default;

  Result<Node> expression() { return disjunction(); }

 protected:
  /// A SELECT, or a statement that starts with FROM, where a term may stand.
  virtual Result<Node> nested_statement() = 0;

  const Token& peek(std::size_t ahead = 0) const;

  Token take() { return tokens_[at_++]; }

  bool at_end() const { return peek().kind == Token::Kind::kEnd; }

  bool take_symbol(std::string_view symbol);
  bool take_keyword(std::string_view word);
  bool take_operator(std::string_view name);
  /// A name, quoted or not.
  std::optional<Token> take_name();
  /// "a.b[0]" after its first name.
  Result<Node> path_from(const Token& first);

  std::uint32_t parameters() const { return parameters_; }

 private:
  using Reader = Result<Node> (ExpressionParser::*)();

  /// What stands right of an operator.
  Result<Node> right_side(Reader reader);
  Result<Node> disjunction();
  Result<Node> conjunction();
  Result<Node> negation();
  Result<Node> comparison();
  Result<Node> tested(Node left, bool negated);
  Result<Node> type_test(Node left);
  Result<Node> sum();
  Result<Node> sign();
  Result<Node> term();
  Result<Node> parenthesized();
  Result<Node> literal_keyword(const Token& token);
  Result<Node> call(const Token& name);
  Result<Node> collection(Node::Kind kind, std::string_view close);
  Result<Node> map();
  Result<Step> index_step();

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::uint32_t parameters_ = 0;
  int depth_ = 0;
};

/// A node with children.
Node make_node(Node::Kind kind, std::string_view text, Position position,
               std::vector<Node> children);

}  // namespace cumulite::dynamodb::partiql
