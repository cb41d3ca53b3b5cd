#include "emulator/services/s3/select/token_stream.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/s3/select/errors.h"

namespace cumulite::s3::select {

const Token& TokenStream::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token TokenStream::take() {
  Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenStream::is_keyword(std::string_view word, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == Token::Kind::kWord && equals_ignoring_case(token.text, word);
}

bool TokenStream::is_symbol(std::string_view text, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == Token::Kind::kSymbol && token.text == text;
}

bool TokenStream::take_keyword(std::string_view word) {
  if (!is_keyword(word)) return false;
  take();
  return true;
}

bool TokenStream::take_symbol(std::string_view text) {
  if (!is_symbol(text)) return false;
  take();
  return true;
}

Result<void> TokenStream::expect_keyword(std::string_view word, std::string_view code) {
  if (take_keyword(word)) return {};
  return unexpected(code);
}

Result<void> TokenStream::expect_symbol(std::string_view text, std::string_view code) {
  if (take_symbol(text)) return {};
  return unexpected(code);
}

Error TokenStream::unexpected(std::string_view code) const {
  const Token& token = peek();
  if (token.kind == Token::Kind::kEnd) {
    return refusal(code, "The SQL expression ends where more was expected.");
  }
  return refusal(code, fmt::format("The SQL expression contains an unexpected token, '{}' at {}.",
                                   token.text, token.position + 1));
}

}  // namespace cumulite::s3::select
