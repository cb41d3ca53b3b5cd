#pragma once

#include <cstddef>
#include <string_view>

namespace cumulite {

/// Whether `pattern`, in which '*' stands for any text, is the whole of `text`; `same(p, t)` says
/// whether any other character of the pattern stands for one of the text. Linear but for the
/// stretches between two stars.
template <class Same>
bool matches_stars(std::string_view pattern, std::string_view text, Same same) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace cumulite
