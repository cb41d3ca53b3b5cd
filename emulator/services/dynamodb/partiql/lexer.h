#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace cumulite::dynamodb::partiql {

/// Where a token stands, as messages print it: "line:column:length", counted from 1.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t length = 0;

  std::string text() const;
};

struct Token {
  enum class Kind : std::uint8_t {
    kIdentifier,  ///< a name, not a keyword
    kQuoted,      ///< "name"
    kKeyword,     ///< lower case in `text`
    kOperator,    ///< + - * / % = <> < ... and the words and, or, not, in, is, like, between
    kString,      ///< 'text', without its quotes
    kNumber,
    kParameter,  ///< ?
    kSymbol,     ///< ( ) [ ] { } , . : ; << >>
    kEnd,
  };

  Kind kind = Kind::kEnd;
  std::string text = {};
  Position position = {};
  bool spaced = false;  ///< White space or a comment stands before it.

  bool is_symbol(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }

  bool is_operator(std::string_view name) const { return kind == Kind::kOperator && text == name; }

  bool is_keyword(std::string_view word) const { return kind == Kind::kKeyword && text == word; }
};

/// All tokens of a statement, ended by a kEnd. Comments (-- and /* */) are space. Errors:
/// ValidationException "Statement wasn't well formed, can't be processed: ".
Result<std::vector<Token>> tokenize(std::string_view statement);

/// Whether PartiQL reserves the (lower case) word: it then names no attribute unless quoted.
bool is_keyword(std::string_view word);

/// "Statement wasn't well formed, can't be processed: <detail>".
Error malformed(std::string_view detail = {});

}  // namespace cumulite::dynamodb::partiql
