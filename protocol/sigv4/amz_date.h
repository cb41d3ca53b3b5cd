#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The date formats of signatures. All times are Unix milliseconds, all texts UTC.
namespace cumulite::sigv4 {

/// "20130524T000000Z" strictly; nullopt for anything else, days that no calendar has included.
std::optional<std::int64_t> parse_amz_date(std::string_view text);
/// The forms of a Date header: RFC 7231's "Fri, 24 May 2013 00:00:00 GMT" (a "+0000" or "-0000"
/// for GMT too, as V2 clients and Python's e-mail formatter write it), or the one above; nullopt
/// also for a day before the epoch.
std::optional<std::int64_t> parse_date_header(std::string_view text);
/// "2013-05-24T00:00:00Z" or with milliseconds, as POST policies give their expiration.
std::optional<std::int64_t> parse_iso_date(std::string_view text);

std::string format_amz_date(std::int64_t unix_ms);  ///< "20130524T000000Z"
std::string format_iso_date(std::int64_t unix_ms);  ///< "2013-05-24T00:00:00Z"

}  // namespace cumulite::sigv4
