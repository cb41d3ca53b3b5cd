#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cumulite {

/// Milliseconds of "5h", "1d12h", "90s", "250ms", "1.5h"; a number without unit is milliseconds.
/// Units: ms, s, m, h, d, w. nullopt for anything else, and for a negative or too long one (more
/// than 1,000 years).
std::optional<std::int64_t> parse_duration(std::string_view text);

/// Unix milliseconds of "2030-01-01T00:00:00Z" or of a number of milliseconds.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace cumulite
