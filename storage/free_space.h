#pragma once

#include <cstdint>
#include <string>

namespace cumulite::storage {

/// What stays free below a body that is received, so that a disk full of bodies still takes the
/// rows with which they are deleted.
inline constexpr std::uint64_t kFreeBelowBodiesBytes = 16 * 1024 * 1024;
/// What stays free below rows, beside room for those still in memory: the engine needs it to write
/// them out, and recovers from a refused transaction more easily than from a torn log.
inline constexpr std::uint64_t kFreeBelowRowsBytes = 4 * 1024 * 1024;

/// Bytes that may still be written on the file system of `path`; the greatest number if unknown.
std::uint64_t free_bytes(const std::string& path);

}  // namespace cumulite::storage
