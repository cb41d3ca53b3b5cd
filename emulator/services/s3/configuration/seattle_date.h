#pragma once

#include <cstdint>
#include <string>

namespace cumulite::s3 {

/// "Tue Dec 31 16:00:00 PST 2019": as S3's own servers print a date that they refuse, in their own
/// time zone.
std::string seattle_date(std::int64_t ms);

}  // namespace cumulite::s3
