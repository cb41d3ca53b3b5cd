#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"

/// Timestamps of S3 Select's SQL, in the Ion notation: "2007T", "2007-02T", "2007-02-23",
/// "2007-02-23T12:14Z", "2007-02-23T12:14:33.079-08:00".
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
namespace cumulite::s3::select {

enum class DatePart : std::uint8_t {
  kYear,
  kMonth,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kTimezoneHour,
  kTimezoneMinute,
};

/// Down to which part a timestamp is known.
enum class Precision : std::uint8_t { kYear, kMonth, kDay, kMinute, kSecond, kFraction };

struct Timestamp {
  std::int64_t ms = 0;  ///< Since 1970 in UTC.
  std::int32_t offset_minutes = 0;
  Precision precision = Precision::kFraction;
};

std::optional<Timestamp> parse_timestamp(std::string_view text);
std::string format_timestamp(const Timestamp& timestamp);

/// "year", "timezone_hour", in any case.
std::optional<DatePart> date_part(std::string_view name);

/// DATE_ADD: months and years keep the day, cut at the month's end.
Timestamp add_to(const Timestamp& timestamp, DatePart part, std::int64_t count);
/// DATE_DIFF: whole parts from `from` to `to`; negative when `to` is earlier.
std::int64_t difference(DatePart part, const Timestamp& from, const Timestamp& to);
std::int64_t extract(const Timestamp& timestamp, DatePart part);

/// TO_STRING: "yyyy", "y", "yy", "MMMM", "MMM", "MM", "M", "MMMMM", "dd", "d", "a", "hh", "h",
/// "HH", "H", "mm", "m", "ss", "s", "S"..., "n", "X".."XXXXX", "x".."xxxxx"; other letters only
/// 'quoted'. Errors: EvaluatorInvalidTimestampFormatPatternSymbol,
/// EvaluatorUnterminatedTimestampFormatPatternToken.
Result<std::string> format_with(const Timestamp& timestamp, std::string_view pattern);

}  // namespace cumulite::s3::select
