#include "emulator/services/s3/select/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "emulator/services/s3/select/errors.h"

namespace cumulite::s3::select {

namespace {

bool is_word_start(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalpha(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

bool is_word(char c) {
  return is_word_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  Result<std::vector<Token>> run() {
    while (true) {
      skip_space();
      if (at_ == sql_.size()) break;
      CUMULITE_TRY(next());
    }
    tokens_.push_back({Token::Kind::kEnd, {}, at_});
    return std::move(tokens_);
  }

 private:
  void skip_space() {
    while (at_ < sql_.size()) {
      if (std::isspace(static_cast<unsigned char>(sql_[at_])) != 0) {
        ++at_;
      } else if (sql_.substr(at_).starts_with("--")) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else {
        return;
      }
    }
  }

  Result<void> next() {
    const char c = sql_[at_];
    if (c == '\'') return quoted(Token::Kind::kText);
    if (c == '"') return quoted(Token::Kind::kQuoted);
    if (c == '`') return quoted(Token::Kind::kIon);
    if (is_word_start(c)) {
      const std::size_t start = at_;
      while (at_ < sql_.size() && is_word(sql_[at_])) ++at_;
      add(Token::Kind::kWord, std::string(sql_.substr(start, at_ - start)), start);
      return {};
    }
    const bool point = c == '.' && at_ + 1 < sql_.size() && is_digit(sql_[at_ + 1]);
    // Behind a name or a bracket the point belongs to the path.
    const bool in_path = !tokens_.empty() && tokens_.back().kind != Token::Kind::kSymbol;
    if (is_digit(c) || (point && !in_path)) {
      number();
      return {};
    }
    return symbol();
  }

  Result<void> quoted(Token::Kind kind) {
    const std::size_t start = at_;
    const char quote = sql_[at_++];
    std::string text;
    while (at_ < sql_.size()) {
      if (sql_[at_] == quote) {
        if (at_ + 1 == sql_.size() || sql_[at_ + 1] != quote) {
          ++at_;
          add(kind, std::move(text), start);
          return {};
        }
        ++at_;  // A doubled quote stands for one.
      }
      text.push_back(sql_[at_++]);
    }
    return refusal(
        "LexerInvalidLiteral",
        fmt::format("The SQL expression contains a literal without its end, at {}.", start + 1));
  }

  void number() {
    const std::size_t start = at_;
    const auto digits = [&] {
      while (at_ < sql_.size() && is_digit(sql_[at_])) ++at_;
    };
    digits();
    if (at_ < sql_.size() && sql_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < sql_.size() && (sql_[at_] == 'e' || sql_[at_] == 'E')) {
      std::size_t exponent = at_ + 1;
      if (exponent < sql_.size() && (sql_[exponent] == '+' || sql_[exponent] == '-')) ++exponent;
      if (exponent < sql_.size() && is_digit(sql_[exponent])) {
        at_ = exponent;
        digits();
      }
    }
    add(Token::Kind::kNumber, std::string(sql_.substr(start, at_ - start)), start);
  }

  Result<void> symbol() {
    constexpr std::array<std::string_view, 6> kDouble = {"<=", ">=", "<>", "!=", "||", "=="};
    constexpr std::string_view kSingle = "=<>+-*/%(),.[];";
    const std::size_t start = at_;
    for (const std::string_view text : kDouble) {
      if (!sql_.substr(at_).starts_with(text)) continue;
      at_ += text.size();
      add(Token::Kind::kSymbol, std::string(text), start);
      return {};
    }
    if (kSingle.find(sql_[at_]) == std::string_view::npos) {
      return refusal(
          "LexerInvalidChar",
          fmt::format("The SQL expression contains a character that is not valid, at {}.",
                      start + 1));
    }
    add(Token::Kind::kSymbol, std::string(1, sql_[at_++]), start);
    return {};
  }

  void add(Token::Kind kind, std::string text, std::size_t position) {
    tokens_.push_back({kind, std::move(text), position});
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view sql) {
  return Lexer(sql).run();
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace cumulite::s3::select
