#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

/// One line a message, to stderr: time, level, text. Thread-safe. Never log a secret key, a
/// signature or a body.
namespace cumulite::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError, kNone };

/// "debug", "info", "warning" (or "warn"), "error", "none".
std::optional<Level> level_by_name(std::string_view name);
void set_level(Level level);
Level level();

/// Writes the line if the level is on. Control characters in the text become spaces, so a client
/// cannot forge lines.
void write(Level level, std::string_view text);

namespace detail {

/// Below this nothing is formatted.
inline std::atomic<Level> current_level = Level::kInfo;

template <class... Args>
void format(Level at, fmt::format_string<Args...> text, Args&&... args) {
  if (at < current_level.load(std::memory_order_relaxed)) return;
  write(at, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace detail

template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  detail::format(Level::kDebug, text, std::forward<Args>(args)...);
}

template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
  detail::format(Level::kInfo, text, std::forward<Args>(args)...);
}

template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
  detail::format(Level::kWarning, text, std::forward<Args>(args)...);
}

template <class... Args>
void error(fmt::format_string<Args...> text, Args&&... args) {
  detail::format(Level::kError, text, std::forward<Args>(args)...);
}

}  // namespace cumulite::log
