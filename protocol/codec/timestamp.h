#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/model/shape.h"

/// Text forms of a point in time. Parsers are strict about structure and ranges, lenient about what
/// AWS is lenient about (fraction digits, offsets, obsolete HTTP dates); nullopt when malformed.
namespace cumulite::codec {

/// "2026-11-21T21:22:00Z", with a fraction of any length (kept to the millisecond) and "Z",
/// "+hh:mm" or "+hhmm" as the offset; a date alone is midnight UTC.
std::optional<model::Timestamp> parse_iso8601(std::string_view text);
/// "Sat, 21 Nov 2026 21:22:00 GMT" and the two obsolete forms that RFC 9110 makes servers accept.
std::optional<model::Timestamp> parse_rfc822(std::string_view text);
/// Seconds since the epoch: "1515531081", "-1.5", "1.5E9".
std::optional<model::Timestamp> parse_epoch(std::string_view text);
/// By the format; kDefault tries all three.
std::optional<model::Timestamp> parse_timestamp(std::string_view text,
                                                model::TimestampFormat format);

/// With `millis` always three fraction digits, as S3 and Query bodies have; else none.
void append_iso8601(model::Timestamp time, bool millis, std::string& out);
void append_rfc822(model::Timestamp time, std::string& out);
/// Seconds, with a fraction only where there is one.
void append_epoch(model::Timestamp time, std::string& out);

}  // namespace cumulite::codec
