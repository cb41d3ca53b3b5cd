#include "emulator/core/log.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <string>

#include "emulator/clock/clock.h"

namespace cumulite::log {
namespace {

struct LevelStyle {
  std::string_view name;
  std::string_view color;
};

constexpr std::string_view kColorEnd = "\033[0m";

LevelStyle style_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return {"DEBUG", "\033[2m"};
    case Level::kInfo:
      return {"INFO ", ""};
    case Level::kWarning:
      return {"WARN ", "\033[33m"};
    case Level::kError:
      return {"ERROR", "\033[31m"};
    case Level::kNone:
      break;
  }
  return {"", ""};
}

bool has_colors() {
  static const bool is_terminal = isatty(STDERR_FILENO) == 1;
  return is_terminal;
}

/// "2026-11-22T00:16:39.123Z", in real time: a log tells when the machine did it.
std::string timestamp() {
  const std::int64_t now_ms = real_now_ms();
  const std::time_t now_s = now_ms / 1000;
  std::tm parts = {};
  gmtime_r(&now_s, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     now_ms % 1000);
}

}  // namespace

std::optional<Level> level_by_name(std::string_view name) {
  if (name == "debug") return Level::kDebug;
  if (name == "info") return Level::kInfo;
  if (name == "warning" || name == "warn") return Level::kWarning;
  if (name == "error") return Level::kError;
  if (name == "none") return Level::kNone;
  return std::nullopt;
}

void set_level(Level level) {
  detail::current_level.store(level);
}

Level level() {
  return detail::current_level.load();
}

void write(Level level, std::string_view text) {
  if (level < detail::current_level.load()) return;
  const LevelStyle style = style_of(level);
  const bool is_colored = has_colors() && !style.color.empty();
  std::string line = fmt::format("{} {}{}{} ", timestamp(), is_colored ? style.color : "",
                                 style.name, is_colored ? kColorEnd : "");
  const std::size_t start = line.size();
  line += text;
  std::replace_if(
      line.begin() + static_cast<std::ptrdiff_t>(start), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  line += '\n';
  // One write a line: lines of different threads do not mix, and nothing is lost in a buffer.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace cumulite::log
