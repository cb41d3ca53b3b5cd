#include "protocol/http/response.h"

#include <fmt/format.h>

#include "protocol/http/request.h"
#include "protocol/time_units.h"

namespace cumulite::http {

namespace {

struct CivilDate {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

/// The proleptic Gregorian date of a day count since 1970-01-01. It shifts the year to begin in
/// March, so that the leap day is the last one and months follow one linear formula.
CivilDate civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

}  // namespace

void Response::add_header(std::string_view name, std::string_view value) {
  head.append(name);
  head.append(": ");
  const std::size_t start = head.size();
  head.append(value);
  for (std::size_t i = start; i < head.size(); ++i) {
    if (head[i] == '\r' || head[i] == '\n' || head[i] == '\0') head[i] = ' ';
  }
  head.append("\r\n");
}

std::string_view Response::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !header_name_equals(line.substr(0, colon), name))
      continue;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    return value;
  }
  return {};
}

std::string http_date(std::int64_t unix_ms) {
  static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t days = (unix_ms >= 0 ? unix_ms : unix_ms - (kDayMs - 1)) / kDayMs;
  const std::int64_t seconds = (unix_ms - days * kDayMs) / 1000;
  const std::int64_t weekday = ((days % 7) + 7) % 7;  // 1970-01-01 was a Thursday.
  const CivilDate date = civil_from_days(days);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday], date.day,
                     kMonths[date.month - 1], date.year, seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
}

}  // namespace cumulite::http
