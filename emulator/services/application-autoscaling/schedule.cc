#include "emulator/services/application-autoscaling/schedule.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "emulator/core/arn.h"

namespace cumulite::application_autoscaling {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_rate(std::string_view text) {
  std::uint32_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc{} || count == 0) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  take_prefix(text, " ");
  constexpr std::string_view kUnits[] = {"minute", "minutes", "hour", "hours", "day", "days"};
  return std::find(std::begin(kUnits), std::end(kUnits), text) != std::end(kUnits);
}

int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int number = 0;
  for (const char c : text.substr(at, digits)) number = number * 10 + (c - '0');
  return number;
}

/// "2026-11-22T08:00:00".
bool is_point(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  const bool fits =
      std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                 [](char c, char form) { return form == 'd' ? is_digit(c) : c == form; });
  if (!fits) return false;
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && number_at(text, 11, 2) < 24 &&
         number_at(text, 14, 2) < 60 && number_at(text, 17, 2) < 60;
}

bool is_cron(std::string_view text) {
  constexpr std::size_t kFields = 6;
  constexpr std::string_view kSigns = "*?,-/#";
  std::size_t fields = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank && !is_digit(c) && !is_letter(c) && kSigns.find(c) == std::string_view::npos) {
      return false;
    }
    if (!blank && !inside) ++fields;
    inside = !blank;
  }
  return fields == kFields;
}

}  // namespace

bool is_schedule(std::string_view text) {
  if (!text.ends_with(')')) return false;
  text.remove_suffix(1);
  if (take_prefix(text, "rate(")) return is_rate(text);
  if (take_prefix(text, "at(")) return is_point(text);
  return take_prefix(text, "cron(") && is_cron(text);
}

bool is_time_zone(std::string_view text) {
  constexpr std::string_view kSigns = "/_+-";
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_digit(c) || is_letter(c) || kSigns.find(c) != std::string_view::npos;
         });
}

}  // namespace cumulite::application_autoscaling
