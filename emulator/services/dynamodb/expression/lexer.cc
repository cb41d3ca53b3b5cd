#include "emulator/services/dynamodb/expression/lexer.h"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/codec/text.h"

namespace cumulite::dynamodb::expression {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c) {
  return is_letter(c) || codec::is_digit(c) || c == '_';
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

Token next_token(std::string_view rest) {
  const char first = rest.front();
  std::size_t size = 1;
  if (is_letter(first) || first == '#' || first == ':') {
    while (size < rest.size() && is_word(rest[size])) ++size;
    const bool placeholder = !is_letter(first);
    if (placeholder && size == 1) return {Token::Kind::kUnknown, rest.substr(0, 1)};
    const auto kind = first == '#'   ? Token::Kind::kNameRef
                      : first == ':' ? Token::Kind::kValueRef
                                     : Token::Kind::kName;
    return {kind, rest.substr(0, size)};
  }
  if (codec::is_digit(first)) {
    // "0a" is one token to DynamoDB, and no expression may have it.
    while (size < rest.size() && is_word(rest[size])) ++size;
    const auto text = rest.substr(0, size);
    const bool number = std::all_of(text.begin(), text.end(), codec::is_digit);
    return {number ? Token::Kind::kNumber : Token::Kind::kUnknown, text};
  }
  if (rest.substr(0, 2) == "<>" || rest.substr(0, 2) == "<=" || rest.substr(0, 2) == ">=") {
    return {Token::Kind::kSymbol, rest.substr(0, 2)};
  }
  if (std::string_view("()[].,=<>+-").find(first) != std::string_view::npos) {
    return {Token::Kind::kSymbol, rest.substr(0, 1)};
  }
  return {Token::Kind::kUnknown, rest.substr(0, 1)};
}

}  // namespace

bool Token::is_keyword(std::string_view upper_case) const {
  return kind == Kind::kName && text.size() == upper_case.size() &&
         std::equal(text.begin(), text.end(), upper_case.begin(),
                    [](char a, char b) { return upper(a) == b; });
}

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at == text.size()) break;
    tokens.push_back(next_token(text.substr(at)));
    at += tokens.back().text.size();
  }
  tokens.push_back({});
  return tokens;
}

std::string syntax_error(std::string_view text, const std::vector<Token>& tokens,
                         std::size_t position) {
  const auto offset = [&](const Token& token) {
    return static_cast<std::size_t>(token.text.data() - text.data());
  };
  const Token& token = tokens[position];
  // "near" is the text from the token before to the token after.
  const bool at_end = token.kind == Token::Kind::kEnd;
  std::size_t from = at_end ? text.size() : offset(token);
  std::size_t to = from + token.text.size();
  if (position > 0) {
    from = offset(tokens[position - 1]);
    if (at_end) to = from + tokens[position - 1].text.size();
  }
  if (position + 1 < tokens.size() && tokens[position + 1].kind != Token::Kind::kEnd) {
    to = offset(tokens[position + 1]) + tokens[position + 1].text.size();
  }
  return fmt::format("Syntax error; token: \"{}\", near: \"{}\"", at_end ? "<EOF>" : token.text,
                     text.substr(from, to - from));
}

}  // namespace cumulite::dynamodb::expression
