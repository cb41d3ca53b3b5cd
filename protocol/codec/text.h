#pragma once

#include <string>
#include <string_view>

namespace cumulite::codec {

/// Whether `c` is one of 0 to 9.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `text` without the spaces and tabs around it.
std::string_view trim(std::string_view text);

/// `text` with the letters A to Z in lower case.
std::string lower(std::string_view text);

}  // namespace cumulite::codec
