#pragma once

#include <simdjson.h>

#include <string_view>

namespace cumulite::codec {

/// The name that AWS's parser has for a scalar token.
inline std::string_view token_name(const simdjson::dom::element& element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::INT64:
    case element_type::UINT64:
      return "NUMBER_VALUE";
    case element_type::DOUBLE:
      return "DECIMAL_VALUE";
    case element_type::BOOL:
      return bool(element) ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "STRING_VALUE";
  }
}

}  // namespace cumulite::codec
