#pragma once

#include <cstdint>

#include "emulator/clock/clock.h"

namespace cumulite {

/// Where the numbers of events begin when the daemon starts: at the real time, with room for a
/// million a millisecond, so that they rise over restarts without being kept.
inline std::uint64_t first_sequence() {
  constexpr int kSequenceBits = 20;
  return static_cast<std::uint64_t>(real_now_ms()) << kSequenceBits;
}

}  // namespace cumulite
