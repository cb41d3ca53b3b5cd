#pragma once

#include <cstdint>
#include <string>

namespace cumulite::functions {

/// "2026-11-22T06:41:13.123Z" of a Unix time.
std::string iso_time(std::int64_t unix_ms);
/// "2026-11-22T06:41:13.123+0000": how Lambda shows when something was changed.
std::string lambda_time(std::int64_t unix_ms);

}  // namespace cumulite::functions
