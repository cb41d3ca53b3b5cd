#pragma once

#include <string_view>

namespace cumulite::model {

/// Longer texts are not matched: std::regex recurses once for each character.
inline constexpr std::size_t kPatternTextMax = 1024;

/// Whether the whole text matches the model's pattern. Patterns are compiled once. Those that use
/// what std::regex does not know (Unicode classes) and texts above kPatternTextMax count as
/// matched: rather one check too few than a refusal that AWS does not make. Thread-safe.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace cumulite::model
