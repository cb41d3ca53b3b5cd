#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cumulite::sns {

/// Tokens of a JSON text with the place where Jackson, the parser behind SNS, would be after each.
/// SNS's messages about filter policies show that place; no other reader tells it.
class JsonTokens {
 public:
  enum class Kind : std::uint8_t {
    kStartObject,
    kEndObject,
    kStartArray,
    kEndArray,
    kName,
    kString,
    kNumber,
    kTrue,
    kFalse,
    kNull,
    kEnd,
    kError,
  };

  explicit JsonTokens(std::string_view text) : text_(text) {}

  /// Moves to the next token. The text must have been checked to be JSON.
  Kind next();

  Kind kind() const { return kind_; }

  bool is_scalar() const { return kind_ >= Kind::kString && kind_ <= Kind::kNull; }

  /// Text of a name, string or number; "]" and the like of the rest. A string's text is read only
  /// when it is asked for: until then the place is behind its opening quote.
  const std::string& text();

  double number() const { return number_; }

  /// `\n at [Source: (String)"..."; line: 1, column: 22]`
  std::string location() const;

 private:
  void skip_blanks();
  void read_string();
  void read_number();

  std::string_view text_;
  std::size_t at_ = 0;     // Where the next token begins.
  std::size_t place_ = 0;  // Where Jackson is.
  Kind kind_ = Kind::kEnd;
  std::string value_;
  double number_ = 0;
};

}  // namespace cumulite::sns
