#include "protocol/codec/timestamp.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "protocol/time_units.h"

namespace cumulite::codec {
namespace {

using model::Timestamp;
using model::TimestampFormat;

/// Years 0001 to 9999: what the text forms can say, and far from overflow.
constexpr double kEpochSecondsMax = 253'402'300'799.0;
constexpr double kEpochSecondsMin = -62'135'596'800.0;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// A cursor that takes pieces from the front of a text; a failed take leaves it failed for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }

  bool at_end() const { return text_.empty(); }

  /// Exactly `width` digits.
  int digits(std::size_t width) {
    if (text_.size() < width) return fail();
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(width);
    return value;
  }

  bool peek_digit(std::size_t at = 0) const {
    return text_.size() > at && text_[at] >= '0' && text_[at] <= '9';
  }

  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!take(wanted)) fail();
  }

  /// Position of the first of `names` that the text starts with, 1-based.
  template <std::size_t N>
  int name(const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i) {
      if (text_.starts_with(names[i])) {
        text_.remove_prefix(names[i].size());
        return static_cast<int>(i) + 1;
      }
    }
    return fail();
  }

  void skip_letters() {
    while (!text_.empty() && ((text_.front() | 0x20) >= 'a' && (text_.front() | 0x20) <= 'z')) {
      text_.remove_prefix(1);
    }
  }

  std::string_view rest() const { return text_; }

  int fail() {
    ok_ = false;
    text_ = {};
    return 0;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::optional<std::int64_t> date_ms(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
}

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;

  /// 60 is a leap second: it counts as the next minute's first.
  bool valid() const { return hour < 24 && minute < 60 && second <= 60; }

  std::int64_t ms() const { return hour * kHourMs + minute * kMinuteMs + second * kSecondMs; }
};

TimeOfDay take_time(Scanner& in) {
  TimeOfDay time;
  time.hour = in.digits(2);
  in.expect(':');
  time.minute = in.digits(2);
  if (in.take(':')) time.second = in.digits(2);
  return time;
}

/// Digits after the point, as milliseconds; more digits than three are cut.
std::int64_t take_fraction(Scanner& in) {
  if (!in.take('.') && !in.take(',')) return 0;
  if (!in.peek_digit()) return in.fail();
  std::int64_t scale = 100;
  std::int64_t ms = 0;
  while (in.peek_digit()) {
    ms += in.digits(1) * scale;
    scale /= 10;
  }
  return ms;
}

std::int64_t take_offset(Scanner& in) {
  if (in.at_end() || in.take('Z') || in.take('z')) return 0;
  const bool west = in.take('-');
  if (!west) in.expect('+');
  const int hours = in.digits(2);
  in.take(':');
  const int minutes = in.at_end() ? 0 : in.digits(2);
  const std::int64_t offset = hours * kHourMs + minutes * kMinuteMs;
  return west ? -offset : offset;
}

/// The time without a zone that a broken-down date and time give.
std::optional<Timestamp> combine(int year, int month, int day, const TimeOfDay& time) {
  const auto date = date_ms(year, month, day);
  if (!date || !time.valid()) return std::nullopt;
  return Timestamp{*date + time.ms()};
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" and "Sunday, 06-Nov-94 08:49:37 GMT", from the day number on.
std::optional<Timestamp> parse_day_first(Scanner& in) {
  const int day = in.digits(in.peek_digit(1) ? 2 : 1);
  const bool dashed = in.take('-');
  if (!dashed) in.expect(' ');
  const int month = in.name(kMonths);
  in.expect(dashed ? '-' : ' ');
  int year = 0;
  if (in.peek_digit(2)) {
    year = in.digits(4);
  } else {
    // RFC 9110: two digits more than 50 years ahead are in the past.
    year = in.digits(2);
    year += year < 70 ? 2000 : 1900;
  }
  in.expect(' ');
  const TimeOfDay time = take_time(in);
  const std::int64_t fraction = take_fraction(in);
  in.take(' ');
  std::int64_t offset = 0;
  const auto zone = in.rest();
  if (zone != "GMT" && zone != "UTC" && zone != "Z" && !zone.empty()) {
    offset = take_offset(in);
    if (!in.at_end()) in.fail();
  }
  auto result = combine(year, month, day, time);
  if (!in.ok() || !result) return std::nullopt;
  result->ms += fraction - offset;
  return result;
}

/// "Sun Nov  6 08:49:37 1994", from the month on.
std::optional<Timestamp> parse_asctime(Scanner& in) {
  const int month = in.name(kMonths);
  in.expect(' ');
  const int day = in.take(' ') ? in.digits(1) : in.digits(2);
  in.expect(' ');
  const TimeOfDay time = take_time(in);
  in.expect(' ');
  const int year = in.digits(4);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return combine(year, month, day, time);
}

struct Civil {
  int year;
  unsigned month;
  unsigned day;
  unsigned weekday;
  std::int64_t ms_of_day;
};

Civil civil(Timestamp time) {
  std::int64_t days = time.ms / kDayMs;
  if (time.ms % kDayMs < 0) --days;
  const std::chrono::sys_days day{std::chrono::days(days)};
  const std::chrono::year_month_day date(day);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), std::chrono::weekday(day).c_encoding(),
          time.ms - days * kDayMs};
}

}  // namespace

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Scanner in(text);
  const int year = in.digits(4);
  in.expect('-');
  const int month = in.digits(2);
  in.expect('-');
  const int day = in.digits(2);
  TimeOfDay time;
  std::int64_t fraction = 0;
  std::int64_t offset = 0;
  if (in.ok() && !in.at_end()) {
    if (!in.take('T') && !in.take('t')) in.expect(' ');
    time = take_time(in);
    fraction = take_fraction(in);
    offset = take_offset(in);
  }
  if (!in.ok() || !in.at_end()) return std::nullopt;
  auto result = combine(year, month, day, time);
  if (result) result->ms += fraction - offset;
  return result;
}

std::optional<Timestamp> parse_rfc822(std::string_view text) {
  Scanner in(text);
  if (!in.peek_digit()) {
    in.name(kDays);
    in.skip_letters();
    const bool comma = in.take(',');
    in.expect(' ');
    if (!in.ok()) return std::nullopt;
    if (!comma) return parse_asctime(in);
  }
  return parse_day_first(in);
}

std::optional<Timestamp> parse_epoch(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(seconds >= kEpochSecondsMin && seconds <= kEpochSecondsMax)) return std::nullopt;
  return Timestamp{std::llround(seconds * 1000)};
}

std::optional<Timestamp> parse_timestamp(std::string_view text, TimestampFormat format) {
  switch (format) {
    case TimestampFormat::kIso8601:
      return parse_iso8601(text);
    case TimestampFormat::kRfc822:
      return parse_rfc822(text);
    case TimestampFormat::kUnix:
      return parse_epoch(text);
    case TimestampFormat::kDefault:
      break;
  }
  if (auto time = parse_iso8601(text)) return time;
  if (auto time = parse_rfc822(text)) return time;
  return parse_epoch(text);
}

void append_iso8601(Timestamp time, bool millis, std::string& out) {
  const Civil c = civil(time);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month,
                 c.day, c.ms_of_day / kHourMs, c.ms_of_day / kMinuteMs % 60,
                 c.ms_of_day / kSecondMs % 60);
  if (millis) fmt::format_to(std::back_inserter(out), ".{:03}", c.ms_of_day % kSecondMs);
  out += 'Z';
}

void append_rfc822(Timestamp time, std::string& out) {
  const Civil c = civil(time);
  fmt::format_to(std::back_inserter(out), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                 kDays[c.weekday], c.day, kMonths[c.month - 1], c.year, c.ms_of_day / kHourMs,
                 c.ms_of_day / kMinuteMs % 60, c.ms_of_day / kSecondMs % 60);
}

void append_epoch(Timestamp time, std::string& out) {
  const std::int64_t fraction = time.ms % kSecondMs;
  if (fraction == 0) {
    fmt::format_to(std::back_inserter(out), "{}", time.ms / kSecondMs);
  } else {
    fmt::format_to(std::back_inserter(out), "{}{}.{:03}", time.ms < 0 ? "-" : "",
                   std::abs(time.ms / kSecondMs), std::abs(fraction));
  }
}

}  // namespace cumulite::codec
