#pragma once

#include <cctype>
#include <string_view>

namespace cumulite::glacier {

/// '*' stands for any text, '?' for any one character; letters match in any case, as action names
/// do.
inline bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t in = 0;
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < pattern.size() &&
               (pattern[at] == '?' || lower(pattern[at]) == lower(text[in]))) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace cumulite::glacier
