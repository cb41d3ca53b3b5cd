#pragma once

#include <atomic>
#include <cstdint>

namespace cumulite::sns {

/// Counts one more; whether it is among so many of a hundred, spread evenly, the first among them.
inline bool is_sampled(std::atomic<std::uint64_t>& counter, int percent) {
  const auto rate = static_cast<std::uint64_t>(percent);
  const std::uint64_t number = counter.fetch_add(1);
  const auto sampled = [&](std::uint64_t count) { return (count * rate + 99) / 100; };
  return sampled(number + 1) > sampled(number);
}

}  // namespace cumulite::sns
