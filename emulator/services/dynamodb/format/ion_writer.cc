#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/services/dynamodb/format/ion.h"
#include "protocol/codec/base64.h"

namespace cumulite::dynamodb {
namespace {

bool is_identifier(std::string_view name) {
  const auto is_start = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
  };
  if (name.empty() || !is_start(name.front())) return false;
  // Words of the language, and "$12", which would name a symbol by its number.
  for (const char* word : {"null", "true", "false", "nan"}) {
    if (name == word) return false;
  }
  if (name.front() == '$' && name.size() > 1 &&
      std::all_of(name.begin() + 1, name.end(),
                  [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; })) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

void append_escaped(std::string_view text, char quote, std::string& out) {
  out += quote;
  for (const char c : text) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c == quote || c == '\\') {
          out += '\\';
          out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  out += quote;
}

void append_decimal(std::string_view number, std::string& out) {
  out += number;
  // Without point or exponent it would be an integer, which is another type of Ion.
  if (number.find('.') == std::string_view::npos) out += '.';
}

void append_blob(std::string_view bytes, std::string& out) {
  out += "{{";
  out += codec::base64_encode(bytes);
  out += "}}";
}

template <class List, class Append>
void append_list(const List& list, std::string& out, Append&& append) {
  out += '[';
  bool first = true;
  for (const auto& element : list) {
    if (!first) out += ',';
    first = false;
    append(element);
  }
  out += ']';
}

void append_set(const AttributeValue& value, std::string& out) {
  out += fmt::format("$dynamodb_{}::", type_name(value.type));
  append_list(value.set(), out, [&](const std::string& element) {
    if (value.type == Type::kSS) append_escaped(element, '"', out);
    if (value.type == Type::kNS) append_decimal(element, out);
    if (value.type == Type::kBS) append_blob(element, out);
  });
}

}  // namespace

void append_ion(const AttributeValue& value, std::string& out) {
  switch (value.type) {
    case Type::kS:
      return append_escaped(value.text(), '"', out);
    case Type::kN:
      return append_decimal(value.text(), out);
    case Type::kB:
      return append_blob(value.text(), out);
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return append_set(value, out);
    case Type::kM:
      return append_ion(value.map(), out);
    case Type::kL:
      return append_list(value.list(), out,
                         [&](const AttributeValue& element) { append_ion(element, out); });
    case Type::kNull:
      out += "null";
      return;
    case Type::kBool:
      out += value.boolean() ? "true" : "false";
      return;
  }
}

void append_ion(const Item& item, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : item) {
    if (!first) out += ',';
    first = false;
    if (is_identifier(name)) {
      out += name;
    } else {
      append_escaped(name, '\'', out);
    }
    out += ':';
    append_ion(value, out);
  }
  out += '}';
}

}  // namespace cumulite::dynamodb
