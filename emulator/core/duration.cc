#include "emulator/core/duration.h"

#include <charconv>
#include <cmath>

#include "protocol/sigv4/amz_date.h"

namespace cumulite {
namespace {

constexpr double kLongestMs = 1000.0 * 366 * 24 * 3600 * 1000;

struct Unit {
  std::string_view name;
  double ms;
};

// Longer names first: "ms" begins like "m".
constexpr Unit kUnits[] = {{"ms", 1},     {"s", 1e3},         {"m", 60e3},
                           {"h", 3600e3}, {"d", 24 * 3600e3}, {"w", 7 * 24 * 3600e3}};

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double total_ms = 0;
  bool is_bare = true;
  while (!text.empty()) {
    double number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc{} || !(number >= 0)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty() && is_bare) {
      total_ms += number;
      break;
    }
    const Unit* unit = nullptr;
    for (const Unit& each : kUnits) {
      if (unit == nullptr && text.starts_with(each.name)) unit = &each;
    }
    if (unit == nullptr) return std::nullopt;
    total_ms += number * unit->ms;
    text.remove_prefix(unit->name.size());
    is_bare = false;
  }
  if (!(total_ms <= kLongestMs)) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(total_ms));
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (const auto time = sigv4::parse_iso_date(text)) return time;
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace cumulite
