#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cumulite::dynamodb::expression {

/// A token; views point into the expression's text.
struct Token {
  enum class Kind : std::uint8_t {
    kName,      ///< attr, also keywords
    kNameRef,   ///< #name
    kValueRef,  ///< :value
    kNumber,    ///< digits
    kSymbol,    ///< ( ) [ ] . , = <> < <= > >= + -
    kUnknown,   ///< A character that no expression has.
    kEnd,
  };

  Kind kind = Kind::kEnd;
  std::string_view text = {};

  bool is(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }

  /// Keywords are those regardless of case.
  bool is_keyword(std::string_view upper_case) const;
};

/// All tokens of the text, ended by a kEnd.
std::vector<Token> tokenize(std::string_view text);

/// `Syntax error; token: "x", near: "a x b"` of the token at the position.
std::string syntax_error(std::string_view text, const std::vector<Token>& tokens,
                         std::size_t position);

/// Whether DynamoDB's list of reserved words has it, in any case.
bool is_reserved_word(std::string_view word);

}  // namespace cumulite::dynamodb::expression
