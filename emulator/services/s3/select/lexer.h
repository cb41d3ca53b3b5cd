#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace cumulite::s3::select {

struct Token {
  enum class Kind : std::uint8_t {
    kEnd,
    kWord,    ///< Identifier or keyword, as written.
    kQuoted,  ///< "Identifier", without its quotes.
    kText,    ///< 'Literal', without its quotes.
    kIon,     ///< `Literal`: a timestamp.
    kNumber,
    kSymbol,  ///< Operators and punctuation; two characters where they belong together.
  };

  Kind kind = Kind::kEnd;
  std::string text;
  std::size_t position = 0;
};

/// The tokens of a statement, ended by kEnd. Errors: LexerInvalidChar, LexerInvalidLiteral.
Result<std::vector<Token>> tokenize(std::string_view sql);

/// Comparison of keywords: ASCII case aside.
bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace cumulite::s3::select
