#include <algorithm>
#include <cctype>

#include "emulator/services/dynamodb/format/compression.h"
#include "emulator/services/dynamodb/format/ion.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/text.h"

namespace cumulite::dynamodb {
namespace {

constexpr int kIonDepthMax = 100;
constexpr std::string_view kVersion = "$ion_1_0";

bool is_symbol_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

void append_utf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

AttributeValue make(Type type, std::string text) {
  return {type, std::move(text)};
}

}  // namespace

void IonReader::fail(std::string_view what) {
  throw MalformedInput("Ion: " + std::string(what));
}

void IonReader::skip_blank() {
  while (!rest_.empty()) {
    if (std::isspace(static_cast<unsigned char>(rest_.front())) != 0) {
      rest_.remove_prefix(1);
    } else if (rest_.starts_with("//")) {
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    } else if (rest_.starts_with("/*")) {
      const auto end = rest_.find("*/", 2);
      if (end == std::string_view::npos) fail("a comment does not end");
      rest_.remove_prefix(end + 2);
    } else {
      return;
    }
  }
}

bool IonReader::take(std::string_view text) {
  if (!rest_.starts_with(text)) return false;
  rest_.remove_prefix(text.size());
  return true;
}

bool IonReader::next(AttributeValue& value) {
  skip_blank();
  while (rest_.starts_with(kVersion) &&
         (rest_.size() == kVersion.size() || !is_symbol_character(rest_[kVersion.size()]))) {
    rest_.remove_prefix(kVersion.size());
    skip_blank();
  }
  if (rest_.empty()) return false;
  value = read_value(0);
  return true;
}

AttributeValue IonReader::as_set(std::string_view annotation, AttributeValue list) {
  Type member = Type::kS;
  AttributeValue set;
  if (annotation == "$dynamodb_SS") {
    set.type = Type::kSS;
  } else if (annotation == "$dynamodb_NS") {
    set.type = Type::kNS;
    member = Type::kN;
  } else if (annotation == "$dynamodb_BS") {
    set.type = Type::kBS;
    member = Type::kB;
  } else {
    return list;
  }
  if (list.type != Type::kL) fail("a set is no list");
  std::vector<std::string> members;
  for (const auto& element : list.list()) {
    if (element.type != member) fail("a set has a member of another type");
    members.push_back(element.text());
  }
  set.value = std::move(members);
  return set;
}

AttributeValue IonReader::read_value(int depth) {
  if (depth > kIonDepthMax) fail("it is nested too deeply");
  skip_blank();
  // An annotation is a symbol before "::".
  if (peek() == '\'' && !rest_.starts_with("'''")) {
    const std::string symbol = read_quoted('\'');
    skip_blank();
    if (take("::")) return as_set(symbol, read_value(depth));
    return make(Type::kS, symbol);
  }
  if (is_symbol_character(peek()) && !codec::is_digit(peek())) {
    std::size_t size = 0;
    while (size < rest_.size() && is_symbol_character(rest_[size])) ++size;
    std::string word(rest_.substr(0, size));
    rest_.remove_prefix(size);
    skip_blank();
    if (take("::")) return as_set(word, read_value(depth));
    return read_word(std::move(word));
  }
  return read_unannotated(depth);
}

AttributeValue IonReader::read_word(std::string word) {
  if (word == "true" || word == "false") return {Type::kBool, word == "true"};
  if (word == "null") {
    // "null.string" is null too.
    if (take(".")) {
      while (is_symbol_character(peek())) rest_.remove_prefix(1);
    }
    return {};
  }
  if (word == "nan") fail("a number is not finite");
  return make(Type::kS, std::move(word));
}

AttributeValue IonReader::read_unannotated(int depth) {
  if (rest_.starts_with("{{")) return read_blob();
  if (rest_.starts_with("'''")) return make(Type::kS, read_long_string());
  switch (peek()) {
    case '"':
      return make(Type::kS, read_quoted('"'));
    case '[':
      return read_list(depth);
    case '{':
      return read_struct(depth);
    default:
      return read_number();
  }
}

AttributeValue IonReader::read_list(int depth) {
  take("[");
  AttributeValue::List list;
  for (skip_blank(); !take("]"); skip_blank()) {
    list.push_back(read_value(depth + 1));
    skip_blank();
    if (!take(",") && peek() != ']') fail("a list has no comma or end");
  }
  return {Type::kL, std::move(list)};
}

AttributeValue IonReader::read_struct(int depth) {
  take("{");
  AttributeValue::Map map;
  for (skip_blank(); !take("}"); skip_blank()) {
    std::string name = read_symbol();
    skip_blank();
    if (!take(":")) fail("a field has no value");
    map.emplace_back(std::move(name), read_value(depth + 1));
    skip_blank();
    if (!take(",") && peek() != '}') fail("a struct has no comma or end");
  }
  return {Type::kM, std::move(map)};
}

AttributeValue IonReader::read_blob() {
  take("{{");
  const auto end = rest_.find("}}");
  if (end == std::string_view::npos) fail("a blob does not end");
  std::string text(rest_.substr(0, end));
  rest_.remove_prefix(end + 2);
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](unsigned char c) { return std::isspace(c) != 0; }),
             text.end());
  auto bytes = codec::base64_decode(text);
  if (!bytes) fail("a blob is not base64");
  return make(Type::kB, std::move(*bytes));
}

AttributeValue IonReader::read_number() {
  std::size_t size = 0;
  while (size < rest_.size() && (is_symbol_character(rest_[size]) || rest_[size] == '.' ||
                                 rest_[size] == '-' || rest_[size] == '+')) {
    ++size;
  }
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size);
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  std::replace(text.begin(), text.end(), 'd', 'e');
  std::replace(text.begin(), text.end(), 'D', 'e');
  std::string digits = text;
  if (!digits.empty() && digits.front() == '-') digits.erase(0, 1);
  if (digits.empty() || !codec::is_digit(digits.front())) fail("unexpected text");
  const bool is_plain = std::all_of(digits.begin(), digits.end(), [](char c) {
    return codec::is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+';
  });
  // A date has its minus sign right after digits.
  const auto minus = digits.find('-');
  if (!is_plain || (minus != std::string::npos && std::tolower(digits[minus - 1]) != 'e')) {
    fail("it has a value that DynamoDB has no type for");
  }
  // "5." and "5.e3" are decimals of Ion; DynamoDB's numbers have digits after a point.
  const auto point = text.find('.');
  if (point != std::string::npos &&
      (point + 1 == text.size() || !codec::is_digit(text[point + 1]))) {
    text.erase(point, 1);
  }
  return make(Type::kN, std::move(text));
}

void IonReader::read_escape(std::string& out) {
  if (rest_.empty()) fail("a text does not end");
  const char kind = rest_.front();
  rest_.remove_prefix(1);
  constexpr std::string_view kNames = "0abtnfrv";
  constexpr std::string_view kValues("\0\a\b\t\n\f\r\v", 8);
  if (const auto at = kNames.find(kind); at != std::string_view::npos) {
    out += kValues[at];
    return;
  }
  const std::size_t size = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (size == 0) {
    // A line end after a backslash is nothing; quotes, '?', '/' and '\' stand for themselves.
    if (kind != '\n') out += kind;
    return;
  }
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (std::isxdigit(static_cast<unsigned char>(peek())) == 0) fail("a bad escape");
    const char digit = static_cast<char>(std::tolower(rest_.front()));
    code = code * 16 +
           static_cast<std::uint32_t>(codec::is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    rest_.remove_prefix(1);
  }
  append_utf8(code, out);
}

std::string IonReader::read_quoted(char quote) {
  rest_.remove_prefix(1);
  std::string out;
  while (true) {
    if (rest_.empty()) fail("a text does not end");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == quote) return out;
    if (c == '\\') {
      read_escape(out);
    } else {
      out += c;
    }
  }
}

std::string IonReader::read_long_string() {
  std::string out;
  // Adjacent pieces are one text.
  while (take("'''")) {
    while (!take("'''")) {
      if (rest_.empty()) fail("a text does not end");
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\') {
        read_escape(out);
      } else {
        out += c;
      }
    }
    skip_blank();
  }
  return out;
}

std::string IonReader::read_symbol() {
  if (rest_.starts_with("'''")) return read_long_string();
  if (peek() == '\'' || peek() == '"') return read_quoted(peek());
  std::size_t size = 0;
  while (size < rest_.size() && is_symbol_character(rest_[size])) ++size;
  if (size == 0) fail("a field has no name");
  std::string out(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return out;
}

}  // namespace cumulite::dynamodb
