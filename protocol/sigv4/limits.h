#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/time_units.h"

namespace cumulite::sigv4 {

/// SHA-256 of no bytes, in hexadecimal: the payload hash of a request without a body.
inline constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// How far a signature's time may lie from the daemon's, either way; milliseconds.
inline constexpr std::int64_t kSkewMs = 15 * kMinuteMs;

}  // namespace cumulite::sigv4
