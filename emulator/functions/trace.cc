#include "emulator/functions/trace.h"

#include <algorithm>

#include <fmt/format.h>

namespace cumulite::functions {

std::string untraced(std::string_view request_id, std::int64_t now_ms) {
  constexpr std::size_t kDigits = 32;
  std::string digits;
  std::copy_if(request_id.begin(), request_id.end(), std::back_inserter(digits),
               [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  digits.resize(kDigits, '0');
  return fmt::format("Root=1-{:08x}-{};Parent={};Sampled=0", now_ms / 1'000, digits.substr(0, 24),
                     digits.substr(16));
}

}  // namespace cumulite::functions
