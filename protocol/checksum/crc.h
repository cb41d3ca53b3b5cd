#pragma once

#include <cstdint>
#include <string_view>

/// The three CRCs as functions. `crc` is the finished checksum of the bytes before (0 for none), so
/// that calls chain: crc32(crc32(0, a), b) == crc32(0, a + b).
namespace cumulite::checksum {

/// The CRC of zlib and Ethernet.
std::uint32_t crc32(std::uint32_t crc, std::string_view bytes);
/// Castagnoli's.
std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes);
/// With carry-less multiplication when the CPU has it, else by tables.
std::uint64_t crc64nvme(std::uint64_t crc, std::string_view bytes);
/// The portable form, for other CPUs; tests compare the two.
std::uint64_t crc64nvme_by_table(std::uint64_t crc, std::string_view bytes);

/// Reflected generator polynomials.
inline constexpr std::uint64_t kCrc32Polynomial = 0xEDB88320;
inline constexpr std::uint64_t kCrc32cPolynomial = 0x82F63B78;
inline constexpr std::uint64_t kCrc64NvmePolynomial = 0x9A6C9329AC4BC9B5;

}  // namespace cumulite::checksum
