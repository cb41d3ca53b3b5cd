#include "protocol/codec/attribute_value.h"

#include <simdjson.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "protocol/codec/base64.h"
#include "protocol/codec/json_errors.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::api {
namespace {

using codec::append_json_string;
using simdjson::dom::element;
using simdjson::dom::element_type;
using Type = AttributeValue::Type;

/// Bounds the recursion. DynamoDB's own limit for items (32) is the service's to check, with its
/// message.
constexpr int kNestingMax = 100;

constexpr std::array<std::string_view, 10> kTypeNames = {"S",  "N", "B", "SS",   "NS",
                                                         "BS", "M", "L", "NULL", "BOOL"};

AttributeValue refused(std::string reason, AttributeValue::List parts = {}) {
  AttributeValue::Refused why{std::move(reason), std::move(parts)};
  return {Type::kNull, std::make_shared<const AttributeValue::Refused>(std::move(why))};
}

AttributeValue empty_value() {
  return refused(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

std::optional<Type> find_type(std::string_view name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) return static_cast<Type>(i);
  }
  return std::nullopt;
}

/// Reads values; a wrong JSON type ends the reading, a wrong meaning stays in the value and reading
/// goes on, because AWS reports wrong types anywhere in the request before it looks at meanings.
class Reader {
 public:
  Result<void> value(const element& json, int depth, AttributeValue& out) {
    if (json.type() == element_type::ARRAY) {
      return codec::unrecognized_collection(
          "class com.amazonaws.dynamodb.v20120810.AttributeValue");
    }
    if (json.type() != element_type::OBJECT)
      return codec::expected_structure(codec::JsonPlace::kElement);
    if (depth > kNestingMax) {
      out = refused("Nesting Levels have exceeded supported limits");
      return {};
    }
    const simdjson::dom::object object = json.get_object().value_unsafe();
    int types = 0;
    AttributeValue::List parts;
    for (const auto field : object) {
      const auto type = find_type(field.key);
      if (!type || field.value.is_null()) continue;
      if (++types > 1) parts.push_back(std::exchange(out, {}));
      out.type = *type;
      CUMULITE_TRY(content(field.value, depth, out));
    }
    if (types == 0) out = empty_value();
    if (types > 1) {
      parts.push_back(std::exchange(out, {}));
      out = refused(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
          "the supported datatypes",
          std::move(parts));
    }
    return {};
  }

 private:
  Result<void> content(const element& json, int depth, AttributeValue& out) {
    switch (out.type) {
      case Type::kS:
      case Type::kN:
        return text(json, out.value.emplace<std::string>());
      case Type::kB:
        return bytes(json, out.value.emplace<std::string>());
      case Type::kSS:
      case Type::kNS:
      case Type::kBS:
        return set(json, out.type == Type::kBS, out.value.emplace<std::vector<std::string>>());
      case Type::kM:
        return map(json, depth, out.value.emplace<AttributeValue::Map>());
      case Type::kL:
        return list(json, depth, out.value.emplace<AttributeValue::List>());
      case Type::kNull: {
        bool is_null = false;
        CUMULITE_TRY(boolean(json, is_null));
        out.value.emplace<std::monostate>();
        if (!is_null) {
          out = refused(
              "One or more parameter values were invalid: Null attribute value types must have the "
              "value of true");
        }
        return {};
      }
      case Type::kBool:
        return boolean(json, out.value.emplace<bool>());
    }
    return {};
  }

  static Result<void> text(const element& json, std::string& out) {
    if (json.type() == element_type::OBJECT) return codec::unexpected_structure();
    if (json.type() == element_type::ARRAY) {
      return codec::unrecognized_collection("class java.lang.String");
    }
    if (json.type() != element_type::STRING) {
      return codec::not_convertible(codec::token_name(&json), "String");
    }
    out.assign(json.get_string().value_unsafe());
    return {};
  }

  static Result<void> bytes(const element& json, std::string& out) {
    if (json.type() == element_type::OBJECT) return codec::unexpected_structure();
    if (json.type() == element_type::ARRAY) {
      return codec::unrecognized_collection("class java.nio.ByteBuffer");
    }
    if (json.type() != element_type::STRING) return codec::blob_not_text();
    const std::string_view encoded = json.get_string().value_unsafe();
    auto decoded = codec::base64_decode(encoded);
    if (!decoded) return codec::bad_base64(encoded);
    out = std::move(*decoded);
    return {};
  }

  static Result<void> boolean(const element& json, bool& out) {
    switch (json.type()) {
      case element_type::BOOL:
        out = json.get_bool().value_unsafe();
        return {};
      case element_type::OBJECT:
        return codec::unexpected_structure();
      case element_type::ARRAY:
        return codec::unrecognized_collection("class java.lang.Boolean");
      case element_type::STRING: {
        const auto meant = codec::boolean_of(json.get_string().value_unsafe());
        if (!meant) return codec::unexpected_token();
        out = *meant;
        return {};
      }
      default:
        return codec::not_convertible(codec::token_name(&json), "Boolean");
    }
  }

  static Result<void> set(const element& json, bool binary, std::vector<std::string>& out) {
    if (json.type() == element_type::OBJECT) return codec::unexpected_structure();
    if (json.type() != element_type::ARRAY) return codec::unexpected_field();
    const simdjson::dom::array array = json.get_array().value_unsafe();
    for (const auto item : array) {
      if (item.is_null()) continue;
      CUMULITE_TRY(binary ? bytes(item, out.emplace_back()) : text(item, out.emplace_back()));
    }
    return {};
  }

  Result<void> list(const element& json, int depth, AttributeValue::List& out) {
    if (json.type() == element_type::OBJECT) return codec::unexpected_structure();
    if (json.type() != element_type::ARRAY) return codec::unexpected_field();
    const simdjson::dom::array array = json.get_array().value_unsafe();
    for (const auto item : array) {
      AttributeValue& inner = out.emplace_back();
      if (item.is_null()) {
        inner = empty_value();
      } else {
        CUMULITE_TRY(value(item, depth + 1, inner));
      }
    }
    return {};
  }

  Result<void> map(const element& json, int depth, AttributeValue::Map& out) {
    if (json.type() == element_type::ARRAY) {
      return codec::unrecognized_collection(
          "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>");
    }
    if (json.type() != element_type::OBJECT) return codec::unexpected_field();
    const simdjson::dom::object object = json.get_object().value_unsafe();
    for (const auto field : object) {
      AttributeValue& inner = out.emplace_back(std::string(field.key), AttributeValue{}).second;
      if (field.value.is_null()) {
        inner = empty_value();
      } else {
        CUMULITE_TRY(value(field.value, depth + 1, inner));
      }
    }
    return {};
  }
};

Result<void> read_attribute(const void* json, void* value) {
  Reader reader;
  return reader.value(*static_cast<const element*>(json), 1, *static_cast<AttributeValue*>(value));
}

void append_base64(std::string_view bytes, std::string& out) {
  out += '"';
  out += codec::base64_encode(bytes);
  out += '"';
}

void write_value(const AttributeValue& value, std::string& out);

void write_set(const AttributeValue& value, std::string& out) {
  out += '[';
  bool first = true;
  for (const auto& item : value.set()) {
    if (!first) out += ',';
    first = false;
    value.type == Type::kBS ? append_base64(item, out) : append_json_string(item, out);
  }
  out += ']';
}

void write_nested(const AttributeValue& value, std::string& out) {
  bool first = true;
  if (value.type == Type::kL) {
    out += '[';
    for (const auto& item : value.list()) {
      if (!first) out += ',';
      first = false;
      write_value(item, out);
    }
    out += ']';
    return;
  }
  out += '{';
  for (const auto& [name, item] : value.map()) {
    if (!first) out += ',';
    first = false;
    append_json_string(name, out);
    out += ':';
    write_value(item, out);
  }
  out += '}';
}

void write_value(const AttributeValue& value, std::string& out) {
  out += "{\"";
  out += kTypeNames[static_cast<std::size_t>(value.type)];
  out += "\":";
  switch (value.type) {
    case Type::kS:
    case Type::kN:
      append_json_string(value.text(), out);
      break;
    case Type::kB:
      append_base64(value.text(), out);
      break;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      write_set(value, out);
      break;
    case Type::kM:
    case Type::kL:
      write_nested(value, out);
      break;
    case Type::kNull:
      out += "true";
      break;
    case Type::kBool:
      out += value.boolean() ? "true" : "false";
      break;
  }
  out += '}';
}

}  // namespace

const model::CustomCodec kAttributeValueCodec = {
    read_attribute, [](const void* value, std::string& out) {
      write_value(*static_cast<const AttributeValue*>(value), out);
    }};

}  // namespace cumulite::api
