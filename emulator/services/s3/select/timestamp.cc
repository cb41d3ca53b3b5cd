#include "emulator/services/s3/select/timestamp.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>

#include <fmt/format.h>

#include "protocol/time_units.h"

namespace cumulite::s3::select {

namespace {

constexpr int kMonths = 12;

/// A time taken apart in its own offset.
struct Fields {
  std::int64_t year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t ms = 0;
};

std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

Fields split(const Timestamp& timestamp) {
  const std::int64_t local = timestamp.ms + timestamp.offset_minutes * kMinuteMs;
  const auto time =
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(local));
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::int64_t rest = (time - midnight).count();
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / kHourMs,
          rest / kMinuteMs % 60,
          rest / kSecondMs % 60,
          rest % 1000};
}

Timestamp join(const Fields& fields, std::int32_t offset_minutes, Precision precision) {
  Timestamp result;
  result.ms = days_of(fields.year, fields.month, fields.day) * kDayMs + fields.hour * kHourMs +
              fields.minute * kMinuteMs + fields.second * kSecondMs + fields.ms -
              offset_minutes * kMinuteMs;
  result.offset_minutes = offset_minutes;
  result.precision = precision;
  return result;
}

unsigned last_day(std::int64_t year, unsigned month) {
  const std::chrono::year_month_day_last last{
      std::chrono::year(static_cast<int>(year)),
      std::chrono::month_day_last(std::chrono::month(month))};
  return static_cast<unsigned>(last.day());
}

/// Takes fixed parts off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<std::int64_t> number(std::size_t digits) {
    if (text_.size() < digits) return std::nullopt;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (std::isdigit(static_cast<unsigned char>(text_[i])) == 0) return std::nullopt;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }

  /// Digits after the point, as milliseconds.
  std::int64_t fraction_ms() {
    std::int64_t value = 0;
    std::int64_t scale = 100;
    while (!text_.empty() && std::isdigit(static_cast<unsigned char>(text_.front())) != 0) {
      value += (text_.front() - '0') * scale;
      scale /= 10;
      text_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view text_;
};

/// "Z", "+01:00", "-0800"; nullopt if there is none.
std::optional<std::int32_t> parse_offset(Cursor& cursor) {
  if (cursor.take('Z') || cursor.take('z')) return 0;
  const bool negative = cursor.take('-');
  if (!negative && !cursor.take('+')) return std::nullopt;
  const auto hours = cursor.number(2);
  cursor.take(':');
  const auto minutes = cursor.number(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto total = static_cast<std::int32_t>(*hours * 60 + *minutes);
  return negative ? -total : total;
}

bool parse_time(Cursor& cursor, Fields& fields, Precision& precision) {
  const auto hour = cursor.number(2);
  if (!hour || !cursor.take(':')) return false;
  const auto minute = cursor.number(2);
  if (!minute || *hour > 23 || *minute > 59) return false;
  fields.hour = *hour;
  fields.minute = *minute;
  precision = Precision::kMinute;
  if (!cursor.take(':')) return true;
  const auto second = cursor.number(2);
  if (!second || *second > 59) return false;
  fields.second = *second;
  precision = Precision::kSecond;
  if (!cursor.take('.')) return true;
  fields.ms = cursor.fraction_ms();
  precision = Precision::kFraction;
  return true;
}

constexpr std::array<std::string_view, kMonths> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string offset_text(std::int32_t minutes, std::size_t letters, bool zulu) {
  if (zulu && minutes == 0) return "Z";
  const std::int32_t size = minutes < 0 ? -minutes : minutes;
  const char sign = minutes < 0 ? '-' : '+';
  if (letters == 1 && size % 60 == 0) return fmt::format("{}{:02}", sign, size / 60);
  const bool colon = letters == 3 || letters == 5;
  return fmt::format("{}{:02}{}{:02}", sign, size / 60, colon ? ":" : "", size % 60);
}

/// One run of the same pattern letter; nullopt: no such symbol.
std::optional<std::string> format_symbol(char symbol, std::size_t count, const Timestamp& timestamp,
                                         const Fields& fields) {
  const auto number = [&](std::int64_t value) {
    return count == 1 ? fmt::to_string(value) : fmt::format("{:02}", value);
  };
  const std::int64_t half_day = fields.hour % 12 == 0 ? 12 : fields.hour % 12;
  switch (symbol) {
    case 'y':
      if (count == 2) return fmt::format("{:02}", fields.year % 100);
      return count == 1 ? fmt::to_string(fields.year) : fmt::format("{:04}", fields.year);
    case 'M': {
      const std::string_view name = kMonthNames[fields.month - 1];
      if (count == 3) return std::string(name.substr(0, 3));
      if (count == 4) return std::string(name);
      if (count == 5) return std::string(name.substr(0, 1));
      return number(fields.month);
    }
    case 'd':
      return number(fields.day);
    case 'a':
      return fields.hour < 12 ? "AM" : "PM";
    case 'h':
      return number(half_day);
    case 'H':
      return number(fields.hour);
    case 'm':
      return number(fields.minute);
    case 's':
      return number(fields.second);
    case 'S':
      return fmt::format("{:03}", fields.ms).append(count, '0').substr(0, count);
    case 'n':
      return fmt::to_string(fields.ms * 1'000'000);
    case 'X':
    case 'x':
      return offset_text(timestamp.offset_minutes, count, symbol == 'X');
    default:
      return std::nullopt;
  }
}

Error bad_pattern(std::string_view code, std::string_view pattern) {
  return {std::string(code), fmt::format("The timestamp format pattern is not valid: {}", pattern),
          400};
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Cursor cursor(text);
  Fields fields;
  const auto year = cursor.number(4);
  if (!year || *year < 1) return std::nullopt;
  fields.year = *year;
  if (cursor.take('T')) {
    return cursor.done() ? std::optional(join(fields, 0, Precision::kYear)) : std::nullopt;
  }
  if (!cursor.take('-')) return std::nullopt;
  const auto month = cursor.number(2);
  if (!month || *month < 1 || *month > kMonths) return std::nullopt;
  fields.month = static_cast<unsigned>(*month);
  if (cursor.take('T')) {
    return cursor.done() ? std::optional(join(fields, 0, Precision::kMonth)) : std::nullopt;
  }
  if (!cursor.take('-')) return std::nullopt;
  const auto day = cursor.number(2);
  if (!day || *day < 1 || *day > last_day(fields.year, fields.month)) return std::nullopt;
  fields.day = static_cast<unsigned>(*day);
  const bool has_time = cursor.take('T') || cursor.take(' ');
  if (cursor.done()) return join(fields, 0, Precision::kDay);
  Precision precision = Precision::kDay;
  if (!has_time || !parse_time(cursor, fields, precision)) return std::nullopt;
  const std::int32_t offset = parse_offset(cursor).value_or(0);
  if (!cursor.done()) return std::nullopt;
  return join(fields, offset, precision);
}

std::string format_timestamp(const Timestamp& timestamp) {
  const Fields f = split(timestamp);
  std::string text = fmt::format("{:04}", f.year);
  if (timestamp.precision == Precision::kYear) return text + "T";
  text += fmt::format("-{:02}", f.month);
  if (timestamp.precision == Precision::kMonth) return text + "T";
  text += fmt::format("-{:02}T", f.day);
  if (timestamp.precision == Precision::kDay) return text;
  text += fmt::format("{:02}:{:02}", f.hour, f.minute);
  if (timestamp.precision >= Precision::kSecond) text += fmt::format(":{:02}", f.second);
  if (timestamp.precision == Precision::kFraction) text += fmt::format(".{:03}", f.ms);
  return text + offset_text(timestamp.offset_minutes, 3, true);
}

std::optional<DatePart> date_part(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {
      "year", "month", "day", "hour", "minute", "second", "timezone_hour", "timezone_minute"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::find(kNames.begin(), kNames.end(), lower);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<DatePart>(found - kNames.begin());
}

Timestamp add_to(const Timestamp& timestamp, DatePart part, std::int64_t count) {
  Timestamp result = timestamp;
  if (part == DatePart::kYear || part == DatePart::kMonth) {
    Fields fields = split(timestamp);
    const std::int64_t months = (part == DatePart::kYear ? kMonths * count : count) +
                                fields.year * kMonths + static_cast<std::int64_t>(fields.month) - 1;
    fields.year = months / kMonths;
    fields.month = static_cast<unsigned>(months % kMonths) + 1;
    fields.day = std::min(fields.day, last_day(fields.year, fields.month));
    result = join(fields, timestamp.offset_minutes, timestamp.precision);
  } else if (part == DatePart::kDay) {
    result.ms += count * kDayMs;
  } else if (part == DatePart::kHour) {
    result.ms += count * kHourMs;
  } else if (part == DatePart::kMinute) {
    result.ms += count * kMinuteMs;
  } else if (part == DatePart::kSecond) {
    result.ms += count * kSecondMs;
  }
  // What was added is known of the result.
  constexpr std::array kPrecisions = {Precision::kYear,   Precision::kMonth,  Precision::kDay,
                                      Precision::kMinute, Precision::kMinute, Precision::kSecond};
  if (part <= DatePart::kSecond) {
    result.precision = std::max(result.precision, kPrecisions[static_cast<std::size_t>(part)]);
  }
  return result;
}

std::int64_t difference(DatePart part, const Timestamp& from, const Timestamp& to) {
  if (part == DatePart::kYear || part == DatePart::kMonth) {
    const Fields a = split(from);
    const Fields b = split(to);
    std::int64_t months = (b.year - a.year) * kMonths + static_cast<std::int64_t>(b.month) -
                          static_cast<std::int64_t>(a.month);
    // A month that is not complete does not count.
    if (months > 0 && add_to(from, DatePart::kMonth, months).ms > to.ms) --months;
    if (months < 0 && add_to(from, DatePart::kMonth, months).ms < to.ms) ++months;
    return part == DatePart::kMonth ? months : months / kMonths;
  }
  const std::int64_t ms = to.ms - from.ms;
  if (part == DatePart::kDay) return ms / kDayMs;
  if (part == DatePart::kHour) return ms / kHourMs;
  return part == DatePart::kMinute ? ms / kMinuteMs : ms / kSecondMs;
}

std::int64_t extract(const Timestamp& timestamp, DatePart part) {
  const Fields fields = split(timestamp);
  switch (part) {
    case DatePart::kYear:
      return fields.year;
    case DatePart::kMonth:
      return fields.month;
    case DatePart::kDay:
      return fields.day;
    case DatePart::kHour:
      return fields.hour;
    case DatePart::kMinute:
      return fields.minute;
    case DatePart::kSecond:
      return fields.second;
    case DatePart::kTimezoneHour:
      return timestamp.offset_minutes / 60;
    case DatePart::kTimezoneMinute:
      return timestamp.offset_minutes % 60;
  }
  return 0;
}

Result<std::string> format_with(const Timestamp& timestamp, std::string_view pattern) {
  const Fields fields = split(timestamp);
  std::string out;
  std::size_t at = 0;
  while (at < pattern.size()) {
    const char symbol = pattern[at];
    if (symbol == '\'') {
      const std::size_t end = pattern.find('\'', at + 1);
      if (end == std::string_view::npos) {
        return bad_pattern("EvaluatorUnterminatedTimestampFormatPatternToken", pattern);
      }
      out += end == at + 1 ? "'" : std::string(pattern.substr(at + 1, end - at - 1));
      at = end + 1;
      continue;
    }
    if (std::isalpha(static_cast<unsigned char>(symbol)) == 0) {
      out.push_back(symbol);
      ++at;
      continue;
    }
    const std::size_t end = std::min(pattern.find_first_not_of(symbol, at), pattern.size());
    const auto text = format_symbol(symbol, end - at, timestamp, fields);
    if (!text) return bad_pattern("EvaluatorInvalidTimestampFormatPatternSymbol", pattern);
    out += *text;
    at = end;
  }
  return out;
}

}  // namespace cumulite::s3::select
