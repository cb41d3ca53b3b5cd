#include "emulator/services/s3/configuration/seattle_date.h"

#include <chrono>

#include <fmt/format.h>

#include "protocol/http/response.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

std::string seattle_date(std::int64_t ms) {
  namespace time = std::chrono;
  const time::sys_seconds utc(time::seconds(ms / 1000));
  const time::year year = time::year_month_day(time::floor<time::days>(utc)).year();
  // Summer time begins and ends at two o'clock of the zone's own time.
  const time::sys_seconds begin =
      time::sys_days(year / time::March / time::Sunday[2]) + time::hours(10);
  const time::sys_seconds end =
      time::sys_days(year / time::November / time::Sunday[1]) + time::hours(9);
  const bool summer = utc >= begin && utc < end;
  const std::int64_t there_ms = ms - (summer ? 7 : 8) * kHourMs;
  // "Tue, 31 Dec 2019 16:00:00 GMT"
  const std::string date = http::http_date(there_ms);
  return fmt::format("{} {} {} {} {} {}", date.substr(0, 3), date.substr(8, 3), date.substr(5, 2),
                     date.substr(17, 8), summer ? "PDT" : "PST", date.substr(12, 4));
}

}  // namespace cumulite::s3
