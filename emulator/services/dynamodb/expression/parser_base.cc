#include "emulator/services/dynamodb/expression/parser_base.h"

#include <charconv>

#include <fmt/format.h>

namespace cumulite::dynamodb::expression {
namespace {

constexpr std::size_t kPathStepsMax = 32;
constexpr std::uint32_t kListIndexMax = 2'147'483'647;

}  // namespace

std::optional<std::uint32_t> ParserBase::attribute_name() {
  const Token& token = peek();
  if (token.kind == Token::Kind::kNameRef) {
    advance();
    return vocabulary_.name_slot(token.text);
  }
  if (token.kind != Token::Kind::kName || is_own_keyword(token)) return std::nullopt;
  if (!reserved_ && is_reserved_word(token.text)) {
    reserved_ =
        fmt::format("Attribute name is a reserved keyword; reserved keyword: {}", token.text);
  }
  advance();
  return vocabulary_.name_slot(token.text);
}

bool ParserBase::path_step(Path& out) {
  if (take(".")) {
    const auto name = attribute_name();
    if (!name) return false;
    out.push_back({false, *name});
    return true;
  }
  advance();  // '['
  const Token& number = peek();
  if (number.kind != Token::Kind::kNumber) return false;
  std::uint32_t index = 0;
  const auto parsed =
      std::from_chars(number.text.data(), number.text.data() + number.text.size(), index);
  if ((parsed.ec != std::errc{} || index > kListIndexMax) && !index_fault_) {
    index_fault_ =
        fmt::format("List index is not within the allowable range; index: [{}]", number.text);
  }
  advance();
  out.push_back({true, index});
  return take("]");
}

std::optional<Path> ParserBase::path() {
  const auto head = attribute_name();
  if (!head) return std::nullopt;
  Path out = {{false, *head}};
  while (peek().is(".") || peek().is("[")) {
    if (!path_step(out)) return std::nullopt;
  }
  check_path(out);
  return out;
}

void ParserBase::check_path(const Path& path) {
  if (path.size() <= kPathStepsMax || depth_fault_) return;
  depth_fault_ = fmt::format("The document path has too many nesting elements; nesting levels: {}",
                             path.size());
}

std::optional<Operand> ParserBase::operand(int depth) {
  if (depth > kDepthMax) return std::nullopt;
  if (peek().is("(")) {
    advance();
    const bool doubled = peek().is("(");
    auto inner = operand(depth + 1);
    if (!inner || !take(")")) return std::nullopt;
    if (doubled) redundant_parentheses_ = true;
    return inner;
  }
  if (peek().kind == Token::Kind::kValueRef) {
    Operand out;
    out.kind = Operand::Kind::kValue;
    out.value = vocabulary_.value_slot(peek().text);
    advance();
    return out;
  }
  if (peek().kind == Token::Kind::kName && peek(1).is("(")) return function_call(depth);
  auto steps = path();
  if (!steps) return std::nullopt;
  Operand out;
  out.path = std::move(*steps);
  return out;
}

std::optional<Operand> ParserBase::function_call(int depth) {
  if (is_own_keyword(peek())) return std::nullopt;
  Operand out;
  out.kind = Operand::Kind::kFunction;
  out.function = std::string(peek().text);
  advance();
  advance();  // '('
  do {
    auto argument = operand(depth + 1);
    if (!argument) return std::nullopt;
    out.args.push_back(std::move(*argument));
  } while (take(","));
  if (!take(")")) return std::nullopt;
  return out;
}

}  // namespace cumulite::dynamodb::expression
