#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/services/s3/select/lexer.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// Where a parser stands in its tokens.
class TokenStream {
 public:
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const;
  Token take();
  /// Whether the next token is that keyword (in any case) or symbol.
  bool is_keyword(std::string_view word, std::size_t ahead = 0) const;
  bool is_symbol(std::string_view text, std::size_t ahead = 0) const;
  /// Takes it if it is the next.
  bool take_keyword(std::string_view word);
  bool take_symbol(std::string_view text);
  /// Takes it, or refuses with `code`.
  Result<void> expect_keyword(std::string_view word,
                              std::string_view code = "ParseExpectedKeyword");
  Result<void> expect_symbol(std::string_view text, std::string_view code);

  /// A refusal that names the next token and where it is.
  Error unexpected(std::string_view code) const;

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace cumulite::s3::select
