#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Bytes whose unsigned order is the order of the values: the alphabet of every service's keys.
namespace cumulite::storage {

/// Appends text so that parts of different lengths cannot run into each other: 0x00 becomes
/// 0x00 0xFF, and the part ends with 0x00 0x01. Order of parts is the order of the texts.
void append_part(std::string& key, std::string_view text);
/// Appends eight bytes, big endian: unsigned order.
void append_u64(std::string& key, std::uint64_t value);
void append_u32(std::string& key, std::uint32_t value);
/// Signed order (sign bit flipped).
void append_i64(std::string& key, std::int64_t value);
/// Makes the order of append_u64 descending.
void append_u64_descending(std::string& key, std::uint64_t value);

/// Takes the next part off the front of `key`; nullopt if it is malformed (corrupt row).
std::optional<std::string> take_part(std::string_view& key);
std::optional<std::uint64_t> take_u64(std::string_view& key);
std::optional<std::uint32_t> take_u32(std::string_view& key);
std::optional<std::int64_t> take_i64(std::string_view& key);
std::optional<std::uint64_t> take_u64_descending(std::string_view& key);

/// The smallest key that is greater than every key with this prefix; empty if there is none.
std::string prefix_end(std::string_view prefix);

}  // namespace cumulite::storage
