#pragma once

#include <cctype>
#include <string_view>

#include "emulator/core/policy/wildcards.h"

namespace cumulite::glacier {

/// '*' stands for any text, '?' for any one character; letters match in any case, as action names
/// do.
inline bool matches_wildcard(std::string_view pattern, std::string_view text) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return matches_stars(pattern, text,
                       [&](char p, char t) { return p == '?' || lower(p) == lower(t); });
}

}  // namespace cumulite::glacier
