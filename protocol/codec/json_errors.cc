#include "protocol/codec/json_errors.h"

#include <simdjson.h>

namespace cumulite::codec {

std::string_view token_name(const void* element) {
  using simdjson::dom::element_type;
  const auto& json = *static_cast<const simdjson::dom::element*>(element);
  switch (json.type()) {
    case element_type::INT64:
    case element_type::UINT64:
      return "NUMBER_VALUE";
    case element_type::DOUBLE:
      return "DECIMAL_VALUE";
    case element_type::BOOL:
      return json.get_bool().value_unsafe() ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "STRING_VALUE";
  }
}

std::optional<bool> boolean_of(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  if (lower == "true" || lower == "yes" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "0") return false;
  return std::nullopt;
}

Error bad_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  if (text.size() % 4 != 0) {
    return serialization_error(
        "Base64 encoded length is expected a multiple of 4 bytes but found: " +
        std::to_string(text.size()));
  }
  const auto wrong = text.find_first_not_of(kAlphabet);
  if (wrong != std::string_view::npos) {
    return serialization_error("Invalid Base64 character: '" + std::string(1, text[wrong]) + "'");
  }
  return serialization_error("Invalid last non-pad Base64 character dectected");
}

}  // namespace cumulite::codec
