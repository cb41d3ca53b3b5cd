#include "protocol/sigv4/amz_date.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

namespace cumulite::sigv4 {
namespace {

struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<std::int64_t> to_unix_ms(const Fields& fields) {
  const std::chrono::year_month_day date{std::chrono::year{fields.year},
                                         std::chrono::month{static_cast<unsigned>(fields.month)},
                                         std::chrono::day{static_cast<unsigned>(fields.day)}};
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds = fields.hour * 3600 + fields.minute * 60 + fields.second;
  return (days * 86'400 + seconds) * 1000;
}

Fields to_fields(std::int64_t unix_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{unix_ms}};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{midnight};
  const auto seconds =
      static_cast<int>(std::chrono::floor<std::chrono::seconds>(time - midnight).count());
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          seconds / 3600,
          seconds / 60 % 60,
          seconds % 60};
}

/// Matches `text` against a pattern in which the letters YMDhms stand for digits of their field and
/// every other character for itself.
bool match(std::string_view text, std::string_view pattern, Fields& fields) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int* field = nullptr;
    switch (pattern[i]) {
      case 'Y':
        field = &fields.year;
        break;
      case 'M':
        field = &fields.month;
        break;
      case 'D':
        field = &fields.day;
        break;
      case 'h':
        field = &fields.hour;
        break;
      case 'm':
        field = &fields.minute;
        break;
      case 's':
        field = &fields.second;
        break;
      default:
        break;
    }
    if (field == nullptr) {
      if (text[i] != pattern[i]) return false;
    } else {
      if (text[i] < '0' || text[i] > '9') return false;
      *field = *field * 10 + (text[i] - '0');
    }
  }
  return true;
}

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int month_by_name(std::string_view name) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == name) return static_cast<int>(i) + 1;
  }
  return 0;
}

}  // namespace

std::optional<std::int64_t> parse_amz_date(std::string_view text) {
  Fields fields;
  if (!match(text, "YYYYMMDDThhmmssZ", fields)) return std::nullopt;
  return to_unix_ms(fields);
}

std::optional<std::int64_t> parse_date_header(std::string_view text) {
  if (const auto basic = parse_amz_date(text)) return basic;
  const std::size_t comma = text.find(", ");  // The day's name says nothing that the date does not.
  if (comma != std::string_view::npos) text.remove_prefix(comma + 2);
  if (!text.ends_with(" GMT") && !text.ends_with(" +0000") && !text.ends_with(" -0000") &&
      !text.ends_with(" UTC")) {
    return std::nullopt;
  }
  text = text.substr(0, text.rfind(' '));
  Fields fields;
  if (text.size() != 20 || text[2] != ' ' || text[6] != ' ' || text[11] != ' ') return std::nullopt;
  if (!match(text.substr(0, 2), "DD", fields) || !match(text.substr(7), "YYYY hh:mm:ss", fields)) {
    return std::nullopt;
  }
  fields.month = month_by_name(text.substr(3, 3));
  const auto unix_ms = to_unix_ms(fields);
  // AWS takes a day before the epoch for no date at all, not for a wrong clock.
  return unix_ms && *unix_ms >= 0 ? unix_ms : std::nullopt;
}

std::optional<std::int64_t> parse_iso_date(std::string_view text) {
  Fields fields;
  if (match(text, "YYYY-MM-DDThh:mm:ssZ", fields)) return to_unix_ms(fields);
  fields = {};
  constexpr std::size_t kSecondsEnd = 19;
  if (text.size() < kSecondsEnd + 3 || text[kSecondsEnd] != '.' || text.back() != 'Z' ||
      !match(text.substr(0, kSecondsEnd), "YYYY-MM-DDThh:mm:ss", fields)) {
    return std::nullopt;
  }
  std::int64_t fraction_ms = 0;
  std::int64_t scale = 100;
  for (const char digit : text.substr(kSecondsEnd + 1, text.size() - kSecondsEnd - 2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    fraction_ms += (digit - '0') * scale;
    scale /= 10;
  }
  const auto whole = to_unix_ms(fields);
  if (!whole) return std::nullopt;
  return *whole + fraction_ms;
}

std::string format_amz_date(std::int64_t unix_ms) {
  const Fields at = to_fields(unix_ms);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", at.year, at.month, at.day, at.hour,
                     at.minute, at.second);
}

std::string format_iso_date(std::int64_t unix_ms) {
  const Fields at = to_fields(unix_ms);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.year, at.month, at.day, at.hour,
                     at.minute, at.second);
}

}  // namespace cumulite::sigv4
