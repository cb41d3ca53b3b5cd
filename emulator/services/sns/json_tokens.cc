#include "emulator/services/sns/json_tokens.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_number_character(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

}  // namespace

void JsonTokens::skip_blanks() {
  while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == ',')) ++at_;
}

void JsonTokens::read_string() {
  const std::size_t begin = at_++;
  place_ = at_;
  while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
  ++at_;
  value_ = nlohmann::json::parse(text_.substr(begin, at_ - begin)).get<std::string>();
  std::size_t after = at_;
  while (after < text_.size() && is_blank(text_[after])) ++after;
  if (after < text_.size() && text_[after] == ':') {
    kind_ = Kind::kName;
    at_ = after + 1;
    place_ = at_;
  } else {
    kind_ = Kind::kString;
  }
}

void JsonTokens::read_number() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_number_character(text_[at_])) ++at_;
  value_ = std::string(text_.substr(begin, at_ - begin));
  number_ = std::strtod(value_.c_str(), nullptr);
  place_ = at_;
  kind_ = Kind::kNumber;
}

JsonTokens::Kind JsonTokens::next() {
  skip_blanks();
  if (at_ >= text_.size()) return kind_ = Kind::kEnd;
  const char c = text_[at_];
  if (c == '"') {
    read_string();
    return kind_;
  }
  if (is_number_character(c)) {
    read_number();
    return kind_;
  }
  std::size_t length = 1;
  switch (c) {
    case '{':
      kind_ = Kind::kStartObject;
      break;
    case '}':
      kind_ = Kind::kEndObject;
      break;
    case '[':
      kind_ = Kind::kStartArray;
      break;
    case ']':
      kind_ = Kind::kEndArray;
      break;
    case 't':
      kind_ = Kind::kTrue;
      length = 4;
      break;
    case 'f':
      kind_ = Kind::kFalse;
      length = 5;
      break;
    case 'n':
      kind_ = Kind::kNull;
      length = 4;
      break;
    default:
      kind_ = Kind::kError;
      break;
  }
  value_ = std::string(text_.substr(at_, length));
  at_ += length;
  place_ = at_;
  return kind_;
}

const std::string& JsonTokens::text() {
  if (kind_ == Kind::kString) place_ = at_;
  return value_;
}

std::string JsonTokens::location() const {
  const std::string_view before = text_.substr(0, std::min(place_, text_.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return fmt::format("\n at [Source: (String)\"{}\"; line: {}, column: {}]", text_, line,
                     column + 1);
}

}  // namespace cumulite::sns
