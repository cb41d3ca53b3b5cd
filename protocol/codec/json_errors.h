#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/error.h"

/// The messages of AWS's JSON parser about values of the wrong type, one maker each.
namespace cumulite::codec {

/// SerializationException with that message, status 400.
inline Error serialization_error(std::string_view message) {
  return {"SerializationException", std::string(message), 400};
}

/// `token` is the parser's name of what was found ("NUMBER_VALUE"), `type` of what was wanted.
inline Error not_convertible(std::string_view token, std::string_view type) {
  return serialization_error(std::string(token) + " cannot be converted to " + std::string(type));
}

/// An object where a scalar or a list is wanted.
inline Error unexpected_structure() {
  return serialization_error("Start of structure or map found where not expected");
}

/// A text that is no boolean, where one is wanted.
inline Error unexpected_token() {
  return serialization_error("Unexpected token received from parser");
}

/// Where a value stands that is a scalar instead of a structure, list or map: the parser meets the
/// members of a structure, the elements of lists and the values of maps with different code.
enum class JsonPlace : std::uint8_t { kMember, kElement };

inline Error unexpected_field() {
  return serialization_error("Unexpected field type");
}

inline Error unexpected_collection_element() {
  return serialization_error(
      "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
      "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
      "java.lang.Class are in module java.base of loader 'bootstrap')");
}

/// A scalar where a list or a map is wanted.
inline Error expected_collection(JsonPlace place) {
  return place == JsonPlace::kMember ? unexpected_field() : unexpected_collection_element();
}

/// A list where the Java class `type` cannot be made from one.
inline Error unrecognized_collection(std::string_view type) {
  return serialization_error("Unrecognized collection type " + std::string(type));
}

/// A scalar where a structure is wanted.
inline Error expected_structure(JsonPlace place) {
  return place == JsonPlace::kMember ? unexpected_field()
                                     : serialization_error("Unexpected value type in payload");
}

/// A blob that is no text.
inline Error blob_not_text() {
  return serialization_error("only base-64-encoded strings are convertible to bytes");
}

/// The parser's name of a scalar token ("TRUE_VALUE"). `element` is a const
/// simdjson::dom::element*.
std::string_view token_name(const void* element);

/// A text that is taken for a boolean: "true", "yes" or "1", "false", "no" or "0" in any case.
std::optional<bool> boolean_of(std::string_view text);

/// Why `text`, which failed to decode, is not base64.
Error bad_base64(std::string_view text);

}  // namespace cumulite::codec
