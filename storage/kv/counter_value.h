#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cumulite::storage {

/// How a counter row is kept: eight bytes, little endian, two's complement.
std::string encode_counter(std::int64_t value);
/// nullopt if the bytes are not a counter.
std::optional<std::int64_t> decode_counter(std::string_view bytes);
/// Sum that wraps instead of overflowing, so that merging never fails.
std::int64_t add_counters(std::int64_t a, std::int64_t b);

}  // namespace cumulite::storage
