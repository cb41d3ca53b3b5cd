#include "emulator/services/dynamodb/partiql/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "protocol/codec/text.h"

namespace cumulite::dynamodb::partiql {
namespace {

constexpr std::array<std::string_view, 7> kWordOperators = {"and",  "between", "in", "is",
                                                            "like", "not",     "or"};

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// The exponent and the scale of a number fit 32 bits, as the service's decimals need them.
bool is_readable_number(std::string_view text) {
  const auto mark = text.find_first_of("eE");
  const auto point = text.find('.');
  std::int64_t digits_after_point = 0;
  if (point != std::string_view::npos) {
    digits_after_point = static_cast<std::int64_t>(std::min(mark, text.size()) - point - 1);
  }
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view written = text.substr(mark + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    const auto [end, status] =
        std::from_chars(written.data(), written.data() + written.size(), exponent);
    if (status != std::errc{} || end != written.data() + written.size()) return false;
  }
  const auto fits = [](std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; };
  return fits(exponent) && fits(digits_after_point - exponent);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    while (true) {
      CUMULITE_ASSIGN(const bool spaced, skip_space());
      start_ = at_;
      position_ = {line_, column_, 0};
      if (at_ == text_.size()) break;
      CUMULITE_ASSIGN(Token token, read());
      token.position = position_;
      token.position.length = static_cast<std::uint32_t>(at_ - start_);
      token.spaced = spaced;
      column_ += token.position.length;
      tokens_.push_back(std::move(token));
    }
    tokens_.push_back({Token::Kind::kEnd, "", position_, true});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void step() {
    if (text_[at_++] == '\n') {
      ++line_;
      column_ = 1;
    } else {
      ++column_;
    }
  }

  Result<bool> skip_space() {
    const auto begin = at_;
    while (at_ < text_.size()) {
      if (is_blank(peek())) {
        step();
      } else if (peek() == '-' && peek(1) == '-') {
        while (at_ < text_.size() && peek() != '\n') step();
      } else if (peek() == '/' && peek(1) == '*') {
        const auto end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return malformed();
        while (at_ < end + 2) step();
      } else {
        break;
      }
    }
    return at_ != begin;
  }

  Result<Token> read() {
    const char first = peek();
    if (starts_word(first)) return word();
    if (codec::is_digit(first) || (first == '.' && codec::is_digit(peek(1)))) return number();
    if (first == '\'') return quoted('\'', Token::Kind::kString);
    if (first == '"') return quoted('"', Token::Kind::kQuoted);
    if (first == '?') return take(1, Token::Kind::kParameter);
    const std::string_view two = text_.substr(at_, 2);
    if (two == "<<" || two == ">>") return take(2, Token::Kind::kSymbol);
    for (const std::string_view symbol : {"<>", "<=", ">=", "!=", "||"}) {
      if (two == symbol) return take(2, Token::Kind::kOperator);
    }
    if (std::string_view("=<>+-*/%@").find(first) != std::string_view::npos) {
      return take(1, Token::Kind::kOperator);
    }
    if (std::string_view("()[]{},.:;").find(first) != std::string_view::npos) {
      return take(1, Token::Kind::kSymbol);
    }
    return malformed();
  }

  Token take(std::size_t size, Token::Kind kind) {
    Token token;
    token.kind = kind;
    token.text = std::string(text_.substr(at_, size));
    at_ += size;
    return token;
  }

  Token word() {
    std::size_t size = 1;
    while (starts_word(peek(size)) || codec::is_digit(peek(size))) ++size;
    Token token = take(size, Token::Kind::kIdentifier);
    std::string lower = token.text;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (std::find(kWordOperators.begin(), kWordOperators.end(), lower) != kWordOperators.end()) {
      token.kind = Token::Kind::kOperator;
      token.text = std::move(lower);
    } else if (is_keyword(lower)) {
      token.kind = Token::Kind::kKeyword;
      token.text = std::move(lower);
    }
    return token;
  }

  Result<Token> number() {
    std::size_t size = 0;
    const auto digits = [&] {
      while (codec::is_digit(peek(size))) ++size;
    };
    digits();
    if (peek(size) == '.') {
      ++size;
      digits();
    }
    if (peek(size) == 'e' || peek(size) == 'E') {
      const std::size_t sign = peek(size + 1) == '+' || peek(size + 1) == '-' ? 1 : 0;
      if (!codec::is_digit(peek(size + 1 + sign))) return malformed();
      size += 1 + sign;
      digits();
    }
    if (starts_word(peek(size))) return malformed();
    Token token = take(size, Token::Kind::kNumber);
    if (!is_readable_number(token.text)) return malformed();
    return token;
  }

  /// A doubled quote stands for itself.
  Result<Token> quoted(char quote, Token::Kind kind) {
    Token token;
    token.kind = kind;
    ++at_;
    while (true) {
      if (at_ == text_.size()) return malformed();
      const char c = text_[at_++];
      if (c == quote) {
        if (peek() != quote) return token;
        ++at_;
      }
      token.text += c;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
  Position position_;
  std::vector<Token> tokens_;
};

}  // namespace

std::string Position::text() const {
  return fmt::format("{}:{}:{}", line, column, length);
}

Error malformed(std::string_view detail) {
  return errors::validation(
      fmt::format("Statement wasn't well formed, can't be processed: {}", detail));
}

Result<std::vector<Token>> tokenize(std::string_view statement) {
  return Lexer(statement).run();
}

}  // namespace cumulite::dynamodb::partiql
