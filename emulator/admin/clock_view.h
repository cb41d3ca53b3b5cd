#pragma once

#include <nlohmann/json.hpp>

#include "emulator/clock/clock.h"
#include "protocol/sigv4/amz_date.h"

namespace cumulite::admin {

/// A clock as the admin paths show it.
inline nlohmann::json clock_view(const ClockState& state) {
  return {{"now_ms", state.now_ms},
          {"now", sigv4::format_iso_date(state.now_ms)},
          {"frozen", state.frozen},
          {"scale", state.scale},
          {"offset_ms", state.offset_ms}};
}

}  // namespace cumulite::admin
