#pragma once

#include <cstdint>

/// Lengths of time in milliseconds: the unit of the clock, of due rows and of every `_ms` here.
namespace cumulite {

inline constexpr std::int64_t kSecondMs = 1'000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

/// The time without its fraction of a second, for what AWS keeps in whole seconds.
constexpr std::int64_t whole_seconds(std::int64_t unix_ms) {
  return unix_ms / kSecondMs * kSecondMs;
}

}  // namespace cumulite
