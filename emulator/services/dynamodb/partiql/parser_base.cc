#include "emulator/services/dynamodb/partiql/parser_base.h"

#include <algorithm>
#include <array>

namespace cumulite::dynamodb::partiql {
namespace {

constexpr int kDepthMax = 200;

/// Keywords that name functions where a parenthesis follows.
constexpr std::array<std::string_view, 11> kFunctionKeywords = {
    "avg", "char_length", "coalesce", "count", "exists", "lower",
    "max", "min",         "size",     "sum",   "upper"};

/// Words that an IS may test for, of one token each.
constexpr std::array<std::string_view, 34> kReservedTypeNames = {
    "any",  "bag",      "bigint", "binary",  "blob",    "bool",  "boolean", "char",    "character",
    "clob", "date",     "dec",    "decimal", "double",  "float", "int",     "int2",    "int4",
    "int8", "integer",  "list",   "map",     "missing", "null",  "number",  "numeric", "real",
    "sexp", "smallint", "string", "struct",  "symbol",  "tuple", "varchar"};

bool is_comparator(const Token& token) {
  static constexpr std::array<std::string_view, 7> kComparators = {"=",  "<>", "!=", "<",
                                                                   "<=", ">",  ">="};
  return token.kind == Token::Kind::kOperator &&
         std::find(kComparators.begin(), kComparators.end(), token.text) != kComparators.end();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

Node make_node(Node::Kind kind, std::string_view text, Position position,
               std::vector<Node> children) {
  Node out;
  out.kind = kind;
  out.text = std::string(text);
  out.position = position;
  out.children = std::move(children);
  return out;
}

const Token& ExpressionParser::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool ExpressionParser::take_symbol(std::string_view symbol) {
  if (!peek().is_symbol(symbol)) return false;
  ++at_;
  return true;
}

bool ExpressionParser::take_keyword(std::string_view word) {
  if (!peek().is_keyword(word)) return false;
  ++at_;
  return true;
}

bool ExpressionParser::take_operator(std::string_view name) {
  if (!peek().is_operator(name)) return false;
  ++at_;
  return true;
}

std::optional<Token> ExpressionParser::take_name() {
  if (peek().kind != Token::Kind::kIdentifier && peek().kind != Token::Kind::kQuoted) {
    return std::nullopt;
  }
  return take();
}

Result<Node> ExpressionParser::right_side(Reader reader) {
  if (at_end()) return malformed("Missing right-hand side expression of infix operator");
  return (this->*reader)();
}

Result<Node> ExpressionParser::disjunction() {
  CUMULITE_ASSIGN(Node left, conjunction());
  while (peek().is_operator("or")) {
    const Token token = take();
    CUMULITE_ASSIGN(Node right, right_side(&ExpressionParser::conjunction));
    if (left.kind == Node::Kind::kOr && left.text == "or") {
      left.children.push_back(std::move(right));
      continue;
    }
    std::vector<Node> both;
    both.push_back(std::move(left));
    both.push_back(std::move(right));
    left = make_node(Node::Kind::kOr, "or", token.position, std::move(both));
  }
  left.text = left.kind == Node::Kind::kOr ? "" : left.text;
  return left;
}

Result<Node> ExpressionParser::conjunction() {
  CUMULITE_ASSIGN(Node first, negation());
  if (!peek().is_operator("and")) return first;
  std::vector<Node> all;
  const Position position = peek().position;
  all.push_back(std::move(first));
  while (take_operator("and")) {
    CUMULITE_ASSIGN(Node next, right_side(&ExpressionParser::negation));
    all.push_back(std::move(next));
  }
  return make_node(Node::Kind::kAnd, "", position, std::move(all));
}

Result<Node> ExpressionParser::negation() {
  if (!peek().is_operator("not")) return comparison();
  const Token token = take();
  if (++depth_ > kDepthMax) return malformed();
  CUMULITE_ASSIGN(Node inner, negation());
  --depth_;
  std::vector<Node> one;
  one.push_back(std::move(inner));
  return make_node(Node::Kind::kNot, "", token.position, std::move(one));
}

Result<Node> ExpressionParser::comparison() {
  CUMULITE_ASSIGN(Node left, sum());
  while (true) {
    if (is_comparator(peek())) {
      const Token token = take();
      CUMULITE_ASSIGN(Node right, right_side(&ExpressionParser::sum));
      std::vector<Node> both;
      both.push_back(std::move(left));
      both.push_back(std::move(right));
      left = make_node(Node::Kind::kCompare, token.text == "!=" ? "<>" : token.text, token.position,
                       std::move(both));
      continue;
    }
    const bool negated = peek().is_operator("not");
    const Token& test = peek(negated ? 1 : 0);
    if (!test.is_operator("in") && !test.is_operator("between") && !test.is_operator("like") &&
        (negated || !test.is_operator("is"))) {
      return left;
    }
    if (negated) take();
    CUMULITE_ASSIGN(left, tested(std::move(left), negated));
  }
}

Result<Node> ExpressionParser::tested(Node left, bool negated) {
  const Token token = take();
  Node out;
  if (token.text == "is") {
    negated = take_operator("not");
    CUMULITE_ASSIGN(out, type_test(std::move(left)));
  } else {
    std::vector<Node> operands;
    operands.push_back(std::move(left));
    CUMULITE_ASSIGN(Node first, right_side(&ExpressionParser::sum));
    operands.push_back(std::move(first));
    Node::Kind kind = Node::Kind::kIn;
    if (token.text == "between") {
      kind = Node::Kind::kBetween;
      if (!take_operator("and")) return malformed("Expected AND after BETWEEN");
      CUMULITE_ASSIGN(Node upper, right_side(&ExpressionParser::sum));
      operands.push_back(std::move(upper));
    } else if (token.text == "like") {
      kind = Node::Kind::kCall;
    }
    out = make_node(kind, token.text, token.position, std::move(operands));
  }
  if (!negated) return out;
  std::vector<Node> one;
  one.push_back(std::move(out));
  return make_node(Node::Kind::kNot, "", token.position, std::move(one));
}

Result<Node> ExpressionParser::type_test(Node left) {
  const Token token = take();
  const std::string name = lower(token.text);
  const bool word = token.kind == Token::Kind::kIdentifier || token.kind == Token::Kind::kKeyword;
  if (!word || std::find(kReservedTypeNames.begin(), kReservedTypeNames.end(), name) ==
                   kReservedTypeNames.end()) {
    return malformed("Expected type name");
  }
  if (name == "double" && !take_keyword("precision")) return malformed("Expected type name");
  if (name == "character") take_keyword("varying");
  std::vector<Node> one;
  one.push_back(std::move(left));
  return make_node(Node::Kind::kIs, name, token.position, std::move(one));
}

Result<Node> ExpressionParser::sum() {
  CUMULITE_ASSIGN(Node left, sign());
  while (peek().kind == Token::Kind::kOperator &&
         std::string_view("+-*/%||").find(peek().text) != std::string_view::npos) {
    const Token token = take();
    CUMULITE_ASSIGN(Node right, right_side(&ExpressionParser::sign));
    std::vector<Node> both;
    both.push_back(std::move(left));
    both.push_back(std::move(right));
    left = make_node(Node::Kind::kArithmetic, token.text, token.position, std::move(both));
  }
  return left;
}

Result<Node> ExpressionParser::sign() {
  if (!peek().is_operator("-") && !peek().is_operator("+")) return term();
  const Token token = take();
  if (++depth_ > kDepthMax) return malformed();
  CUMULITE_ASSIGN(Node inner, sign());
  --depth_;
  std::vector<Node> one;
  one.push_back(std::move(inner));
  return make_node(Node::Kind::kSign, token.text, token.position, std::move(one));
}

Result<Node> ExpressionParser::term() {
  if (at_end()) return malformed("Unexpected term");
  if (peek().is_keyword("select") || peek().is_keyword("from")) return nested_statement();
  const Token token = take();
  Node out = make_node(Node::Kind::kNull, token.text, token.position, {});
  switch (token.kind) {
    case Token::Kind::kString:
      out.kind = Node::Kind::kString;
      return out;
    case Token::Kind::kNumber:
      out.kind = Node::Kind::kNumber;
      return out;
    case Token::Kind::kParameter:
      out.kind = Node::Kind::kParameter;
      out.parameter = parameters_++;
      return out;
    case Token::Kind::kIdentifier:
      return peek().is_symbol("(") ? call(token) : path_from(token);
    case Token::Kind::kQuoted:
      return path_from(token);
    case Token::Kind::kKeyword:
      return literal_keyword(token);
    case Token::Kind::kOperator:
      if (token.text == "*") {
        out.kind = Node::Kind::kStar;
        return out;
      }
      return malformed("Unexpected operator");
    default:
      break;
  }
  if (token.is_symbol("(")) return parenthesized();
  if (token.is_symbol("[")) return collection(Node::Kind::kList, "]");
  if (token.is_symbol("<<")) return collection(Node::Kind::kBag, ">>");
  if (token.is_symbol("{")) return map();
  return malformed("Unexpected term");
}

Result<Node> ExpressionParser::parenthesized() {
  const Position position = peek().position;
  if (++depth_ > kDepthMax) return malformed();
  CUMULITE_ASSIGN(Node inner, expression());
  --depth_;
  if (peek().is_symbol(",")) {  // (a, b) is a list.
    std::vector<Node> elements;
    elements.push_back(std::move(inner));
    while (take_symbol(",")) {
      CUMULITE_ASSIGN(Node next, expression());
      elements.push_back(std::move(next));
    }
    inner = make_node(Node::Kind::kList, "(", position, std::move(elements));
  }
  if (!take_symbol(")")) return malformed(at_end() ? "Unexpected term" : "Expected RIGHT_PAREN");
  return inner;
}

Result<Node> ExpressionParser::literal_keyword(const Token& token) {
  Node out = make_node(Node::Kind::kNull, token.text, token.position, {});
  if (token.text == "null") return out;
  if (token.text == "true" || token.text == "false") {
    out.kind = Node::Kind::kBoolean;
    return out;
  }
  if (token.text == "missing") {
    out.kind = Node::Kind::kMissing;
    return out;
  }
  const bool function = std::find(kFunctionKeywords.begin(), kFunctionKeywords.end(), token.text) !=
                        kFunctionKeywords.end();
  if (function && peek().is_symbol("(")) return call(token);
  return malformed("Unexpected keyword");
}

Result<Node> ExpressionParser::call(const Token& name) {
  take();
  if (++depth_ > kDepthMax) return malformed();
  std::vector<Node> arguments;
  if (!take_symbol(")")) {
    do {
      CUMULITE_ASSIGN(Node argument, expression());
      arguments.push_back(std::move(argument));
    } while (take_symbol(","));
    if (!take_symbol(")")) return malformed("Expected RIGHT_PAREN");
  }
  --depth_;
  return make_node(Node::Kind::kCall, lower(name.text), name.position, std::move(arguments));
}

Result<Node> ExpressionParser::collection(Node::Kind kind, std::string_view close) {
  const Position position = tokens_[at_ - 1].position;
  std::vector<Node> elements;
  if (++depth_ > kDepthMax) return malformed();
  if (!take_symbol(close)) {
    do {
      CUMULITE_ASSIGN(Node element, expression());
      elements.push_back(std::move(element));
    } while (take_symbol(","));
    if (!take_symbol(close)) return malformed("Unexpected term");
  }
  --depth_;
  return make_node(kind, "", position, std::move(elements));
}

Result<Node> ExpressionParser::map() {
  Node out = make_node(Node::Kind::kMap, "", tokens_[at_ - 1].position, {});
  if (++depth_ > kDepthMax) return malformed();
  if (!take_symbol("}")) {
    do {
      if (peek().kind != Token::Kind::kString) return malformed("Unexpected term");
      out.keys.push_back(take().text);
      if (!take_symbol(":")) return malformed("Expected COLON");
      CUMULITE_ASSIGN(Node value, expression());
      out.children.push_back(std::move(value));
    } while (take_symbol(","));
    if (!take_symbol("}")) return malformed("Unexpected term");
  }
  --depth_;
  return out;
}

Result<Node> ExpressionParser::path_from(const Token& first) {
  Node out = make_node(Node::Kind::kPath, "", first.position, {});
  out.path.push_back({false, first.text, first.position});
  while (true) {
    if (take_symbol(".")) {
      const auto name = take_name();
      if (!name) return malformed("Invalid path dot component");
      out.path.push_back({false, name->text, name->position});
    } else if (take_symbol("[")) {
      CUMULITE_ASSIGN(Step step, index_step());
      out.path.push_back(std::move(step));
    } else {
      return out;
    }
  }
}

Result<Step> ExpressionParser::index_step() {
  Step step{true, "", {}};
  if (take_operator("-")) step.name = "-";
  if (peek().kind == Token::Kind::kString) {  // a['b'] is a.b.
    step = {false, peek().text, peek().position};
  } else if (peek().kind == Token::Kind::kNumber) {
    step.name += peek().text;
    step.position = peek().position;
  } else {
    return malformed("Unexpected term");
  }
  take();
  if (!take_symbol("]")) return malformed("Unexpected term");
  return step;
}

}  // namespace cumulite::dynamodb::partiql
