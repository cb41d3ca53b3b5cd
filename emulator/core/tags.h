#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the tags of services have in common: limits, and a list of pairs that keeps its order.
namespace cumulite::tags {

inline constexpr std::size_t kTagsMax = 50;  ///< Of one resource.
inline constexpr std::size_t kKeyCharactersMax = 128;
inline constexpr std::size_t kValueCharactersMax = 256;

/// Keys and values, each key once, in the order in which they were added.
using Tags = std::vector<std::pair<std::string, std::string>>;

/// Characters of a UTF-8 text, which is what tags are measured in.
inline std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

/// 1 to 128 characters.
inline bool is_key(std::string_view key) {
  return !key.empty() && characters(key) <= kKeyCharactersMax;
}

/// Up to 256 characters.
inline bool is_value(std::string_view value) {
  return characters(value) <= kValueCharactersMax;
}

/// Adds the tag or replaces its value.
inline void set(Tags& tags, std::string_view key, std::string_view value) {
  const auto same =
      std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == key; });
  if (same == tags.end()) {
    tags.emplace_back(key, value);
  } else {
    same->second = value;
  }
}

/// Keys that are not there are no error.
inline void erase(Tags& tags, const std::vector<std::string>& keys) {
  std::erase_if(tags, [&](const auto& tag) {
    return std::find(keys.begin(), keys.end(), tag.first) != keys.end();
  });
}

}  // namespace cumulite::tags
